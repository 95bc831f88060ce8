import { randomBytes } from "node:crypto";

/** Ids are in the order of their times: `20261121T190312Z-4f1a`. */
export function newId(): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${randomBytes(2).toString("hex")}`;
}
