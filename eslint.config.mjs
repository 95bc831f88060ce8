import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** The folders of what runs. Each may import those before it, and none of them what serves development. */
const ORDER = [
  ["lib"],
  ["settings"],
  ["components/machine"],
  ["components/service"],
  ["components/edge"],
  ["components/cloud"],
  ["components/local", "components/digitalocean", "components/openstack"],
  ["stacks"],
  ["release"],
];
const DEVELOPMENT = ["dev", "demo", "test"];

/** @returns {import("typescript-eslint").ConfigArray} */
function importOrder() {
  return ORDER.map((folders, at) => {
    const barred = [...ORDER.slice(at + 1).flat(), ...DEVELOPMENT].map((folder) => ({
      regex: `^(\\.\\./)+${folder.replace("components/", "(components/)?")}/`,
      message: `${folders.join(", ")} must not import from ${folder}: move what both need into an earlier folder`,
    }));
    return {
      files: folders.map((folder) => `${folder}/**/*.ts`),
      rules: { "no-restricted-imports": ["error", { patterns: barred }] },
    };
  });
}

export default tseslint.config(
  { ignores: ["node_modules/", "coverage/", "dist/", ".pulumi/"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
    },
  },
  ...importOrder(),
  {
    // A component is created for its effect, and chai asserts through property access.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
