import { type Login, type Registry, startRegistry } from "./registry.ts";

export interface EmulatedCloud {
  /** What it makes in Docker carries this label, as `name=value`. */
  readonly label: string;
  stop(): Promise<void>;
}

/**
 * The registry of an account; a cloud that can't have one is ended.
 * @param network Docker's name of the one that stands for the internet
 * @param login What it asks for; everybody may pull where it is left out.
 */
export async function registryBeside(
  cloud: EmulatedCloud,
  network: string,
  login?: Login,
): Promise<Registry> {
  const [label = "", value = ""] = cloud.label.split("=");
  const place = { name: `${value}-registry`, labels: { [label]: value }, network };
  try {
    return await startRegistry({ ...place, ...(login && { login }) });
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}
