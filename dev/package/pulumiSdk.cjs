// What the compiled package has for `@pulumi/pulumi`: the parts of it that are used. Its index also loads the
// TypeScript compiler and npm's tree of packages, for programs that serialize functions, in two thirds of a
// second. Each part is the SDK's own module, so that a program which imports the index shares every class and
// all state with it.
const invoke = require("@pulumi/pulumi/runtime/invoke");
const rpc = require("@pulumi/pulumi/runtime/rpc");

module.exports = {
  ...require("@pulumi/pulumi/config"),
  ...require("@pulumi/pulumi/errors"),
  ...require("@pulumi/pulumi/metadata"),
  ...require("@pulumi/pulumi/output"),
  ...require("@pulumi/pulumi/resource"),
  asset: require("@pulumi/pulumi/asset"),
  log: require("@pulumi/pulumi/log"),
  runtime: {
    ...invoke,
    ...rpc,
    ...require("@pulumi/pulumi/runtime/config"),
    ...require("@pulumi/pulumi/runtime/settings"),
  },
};
