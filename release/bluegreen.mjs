#!/usr/bin/env node
// The program is TypeScript, and runs without a build as the Pulumi program does.
import { register } from "tsx/esm/api";

register();
await import("./cli/main.ts");
