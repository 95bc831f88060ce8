import type { Journal } from "../store/journal.ts";

/** An image of the stack: its digest, and the names by which releases knew it, without digests. */
export interface UsedImage {
  readonly digest: string;
  readonly names: readonly string[];
}

/** A line of `docker image ls --digests`: one name of an image. `<none>` for what it lacks. */
export interface ImageRow {
  readonly id: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export interface HostImages {
  readonly rows: readonly ImageRow[];
  /** Ids of the images of all containers on the host, of any stack, running or not. */
  readonly inUse: ReadonlySet<string>;
}

export interface OldImage {
  readonly id: string;
  /** What `docker rmi` gets: every name of the image. */
  readonly references: readonly string[];
}

const NONE = "<none>";

/** The images that releases have brought to the hosts, the last one first. @param history Oldest first. */
export function usedImages(history: readonly Journal[]): UsedImage[] {
  const names = new Map<string, Set<string>>();
  const note = (digest: string | undefined, image: string) => {
    if (digest === undefined) return;
    const known = names.get(digest) ?? new Set();
    names.set(digest, known.add(nameOf(image)));
  };
  for (const { plan, digests = {} } of [...history].reverse()) {
    if (plan.kind === "retire") continue;
    note(plan.digests?.[plan.to], plan.image);
    // A plan that names no digests deploys nothing: each color has what it had.
    if (plan.digests === undefined) note(digests[plan.to], plan.image);
    note(plan.digests?.[plan.from] ?? digests[plan.from], plan.liveImage);
  }
  return [...names].map(([digest, known]) => ({ digest, names: [...known] }));
}

/**
 * The images of the stack that no color, rollback or container needs any more. An image that has another name
 * too is somebody else's as well, and stays.
 *
 * @param used The last one first.
 * @param current Digests and references of what both colors have, and are configured with.
 */
export function oldImages(
  { rows, inUse }: HostImages,
  used: readonly UsedImage[],
  keep: number,
  current: readonly string[],
): OldImage[] {
  const kept = new Set(used.slice(0, keep).map(({ digest }) => digest));
  const isCurrent = ({ digest, names }: UsedImage) =>
    current.some((one) => one.includes(digest) || names.includes(nameOf(one)));
  return used
    .filter((image) => !kept.has(image.digest) && !isCurrent(image))
    .flatMap(({ digest, names }) => {
      const id = rows.find((row) => row.digest === digest || row.id === digest)?.id;
      const own = rows.filter((row) => row.id === id);
      if (id === undefined || inUse.has(id) || !own.every((row) => isKnown(row, names))) return [];
      return [{ id, references: own.map((row) => referenceOf(row)) }];
    });
}

function isKnown({ repository, tag }: ImageRow, names: readonly string[]): boolean {
  if (repository === NONE) return true;
  const name = nameOf(repository);
  if (tag !== NONE) return names.includes(`${withoutTag(name)}:${tag}`);
  return names.some((one) => withoutTag(one) === withoutTag(name));
}

function referenceOf({ id, repository, tag, digest }: ImageRow): string {
  if (repository === NONE) return id;
  return tag === NONE ? `${repository}@${digest}` : `${repository}:${tag}`;
}

/** As `docker image ls` shows it, with its tag: `shop:1.0`. An id stays. */
function nameOf(reference: string): string {
  if (reference.startsWith("sha256:")) return reference;
  const [name = ""] = reference.split("@");
  const short = name.replace(/^docker\.io\//, "").replace(/^library\//, "");
  return withoutTag(short) === short ? `${short}:latest` : short;
}

function withoutTag(name: string): string {
  return name.replace(/:[^/:]*$/, "");
}
