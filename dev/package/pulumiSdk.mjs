// What the compiled package has for `@pulumi/pulumi`: the parts of it that are used. Its index also loads the
// TypeScript compiler and npm's tree of packages, for programs that serialize functions, in two thirds of a
// second. Each part is the SDK's own module, so that a program which imports the index shares every class and
// all state with it.
export * from "@pulumi/pulumi/config.js";
export * from "@pulumi/pulumi/errors.js";
export * from "@pulumi/pulumi/metadata.js";
export * from "@pulumi/pulumi/output.js";
export * from "@pulumi/pulumi/resource.js";
export * as log from "@pulumi/pulumi/log/index.js";
export * as runtime from "./pulumiRuntime.mjs";
