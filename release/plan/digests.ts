import { type Color, COLORS } from "../../lib/color.ts";
import { withoutDigest } from "../../lib/imageReference.ts";
import type { Settings } from "../../settings/types.ts";

/** The image that each color was deployed with: its digest, or its id if it came from no registry. */
export type Digests = Readonly<Partial<Record<Color, string>>>;

/** @param outputs The stack's. */
export function digestsOf(outputs: Readonly<Record<string, unknown>>): Digests {
  const pools = (outputs["pools"] ?? {}) as Partial<Record<Color, { readonly digest?: string }>>;
  return Object.fromEntries(
    COLORS.flatMap((color) => {
      const digest = pools[color]?.digest;
      return digest === undefined ? [] : [[color, digest] as const];
    }),
  );
}

/** How a color differs from the image that it should run; undefined if it does not, or one is unknown. */
export function digestProblem(color: Color, wanted: Digests, real: Digests): string | undefined {
  if (wanted[color] === undefined || real[color] === undefined) return undefined;
  if (wanted[color] === real[color]) return undefined;
  return `${color} was deployed with ${real[color]} instead of ${wanted[color]}`;
}

/**
 * Whether a tag was pushed or built again since a color was deployed by it, and no color has the new image yet.
 *
 * @param digest What the tag means now.
 */
export function isMovedTag(
  image: string,
  digest: string,
  { pools }: Pick<Settings, "pools">,
  deployed: Digests,
): boolean {
  const had = COLORS.flatMap((color) => {
    const isSame = withoutDigest(pools[color]?.image ?? "") === image;
    return isSame ? (deployed[color] ?? []) : [];
  });
  return had.length > 0 && !had.includes(digest);
}
