module.exports = require("./pulumiSdk.cjs").runtime;
