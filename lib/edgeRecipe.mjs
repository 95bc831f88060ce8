import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { packageFile } from "./packageFolder.mjs";

/**
 * What an edge's image is made of. Plain JavaScript, because the set-up needs it before npm has installed anything.
 * @typedef {object} EdgeRecipe
 * @property {string} image its name, which holds all the rest: `blue-green-edge:3.0-20261128-1f2e3d4c5b6a`
 * @property {string} base the Debian image
 * @property {string} packageDate `2026-11-28`: Debian's packages of that day or later; empty for those of the build
 * @property {string} dockerfile
 */

/**
 * The Debian image of each HAProxy version.
 * @type {Readonly<Record<"2.6" | "3.0", string>>}
 */
export const EDGE_BASES = {
  2.6: "debian:bookworm-20251229-slim@sha256:d5d3f9c23164ea16f31852f95bd5959aad1c5e854332fe00f7b3a20fcc9f635c",
  "3.0":
    "debian:trixie-20260824-slim@sha256:d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132",
};

const REPOSITORY = "blue-green-edge";

/**
 * @param {keyof typeof EDGE_BASES} version of HAProxy, and so of Debian
 * @param {string} packageDate
 * @returns {EdgeRecipe}
 */
export function edgeRecipe(version, packageDate = "") {
  const dockerfile = readFileSync(packageFile("components/edge/image/Dockerfile"), "utf8");
  const base = EDGE_BASES[version];
  const hash = createHash("sha256").update(`${base}\0${dockerfile}`).digest("hex").slice(0, 12);
  const day = packageDate === "" ? "" : `-${packageDate.replaceAll("-", "")}`;
  return { image: `${REPOSITORY}:${version}${day}-${hash}`, base, packageDate, dockerfile };
}

/**
 * The image of the hosts that run gates and sidecars, and of the edges of earlier versions of this program.
 * @param {keyof typeof EDGE_BASES} version
 * @returns {EdgeRecipe}
 */
export function hostRecipe(version) {
  return { ...edgeRecipe(version), image: `${REPOSITORY}:${version}` };
}
