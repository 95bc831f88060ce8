import { readFile } from "node:fs/promises";
import { load } from "js-yaml";
import {
  buildExample,
  buildPostgres,
  buildRedis,
  exampleFolder,
  type ExampleName,
} from "./exampleImages.ts";
import { TestStack } from "./testStack.ts";

export type ExampleConfig = Readonly<Record<string, unknown>> & {
  readonly blue: { readonly image: string };
  readonly app: { readonly env: Readonly<Record<string, string>> };
  readonly services: Readonly<Record<string, { readonly env?: object }>>;
};

/** What an example's stack file sets, without the project's name. */
export async function exampleConfig(name: ExampleName): Promise<ExampleConfig> {
  const text = await readFile(`${exampleFolder(name)}deploy/Pulumi.prod.yaml`, "utf8");
  const { config } = load(text) as { readonly config: Record<string, unknown> };
  const entries = Object.entries(config).map(([key, value]) => {
    if (!key.startsWith(`${name}:`)) throw new Error(`${key} is not a setting of ${name}`);
    return [key.slice(name.length + 1), value];
  });
  return Object.fromEntries(entries) as ExampleConfig;
}

const PASSWORD = "not-a-secret-in-a-test";

/** The secrets that docs/your-app.md sets for the Django app. */
export const SHOP_SECRETS = {
  app: {
    SECRET_KEY: "of a test, which has no secrets, and is longer than fifty characters",
    DATABASE_URL: `postgres://shop:${PASSWORD}@postgres:5432/shop`,
  },
  postgres: { POSTGRES_PASSWORD: PASSWORD },
};

/**
 * The example's own stack file, with images built here in place of a registry's.
 *
 * @param of More settings of `app`.
 * @param push Gives an image the name under which hosts pull it.
 */
export async function exampleSettings(
  name: ExampleName,
  { env, ...of }: { readonly env?: object } & object = {},
  push: (tag: string) => Promise<string> = (tag) => Promise.resolve(tag),
) {
  const { blue, app, services, ...others } = await exampleConfig(name);
  const secrets = name === "django-shop" ? SHOP_SECRETS : { app: {}, postgres: {} };
  const { postgres, redis } = services;
  return {
    ...others,
    blue: { ...blue, image: await push(await buildExample(name, "v1")) },
    app: { ...app, ...of, env: { ...app.env, ...secrets.app, ...env } },
    services: {
      redis: { ...redis, image: await push(await buildRedis()) },
      ...(postgres && {
        postgres: {
          ...{ ...postgres, image: await push(await buildPostgres()) },
          env: { ...postgres.env, ...secrets.postgres },
        },
      }),
    },
    // A machine of tests is busy, so latency says little.
    // A managed balancer says nothing of its users, so the probe alone is judged.
    release: { watchSeconds: 15, maxLatencyRatio: 50, probe: { ratePerSecond: 30 } },
  };
}

/** The example on this machine, not yet up. */
export async function createExampleStack(name: ExampleName, more: object = {}): Promise<TestStack> {
  return TestStack.create(await exampleSettings(name, more));
}
