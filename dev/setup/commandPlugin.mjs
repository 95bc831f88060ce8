import { resourcePlugin } from "./resourcePlugin.mjs";

/** Runs scripts, on this machine and over SSH. */
export const commandPlugin = resourcePlugin("command");
