import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist*/", ".dist-*/", "node_modules/", "engine/types.ts", "npm/"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "*.mjs"] } } },
    rules: {
      // Numbers in templates are plain here: amounts are formatted long before they reach one.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A test's promise is node:test's business.
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [{ from: "package", name: ["test", "suite"], package: "node:test" }] }],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({ property, message: "Text is text: build nodes." })),
        { object: "Date", property: "now", message: "The clock is the case's now." },
      ],
    },
  },
  { files: ["*.js", "*.mjs"], ...tseslint.configs.disableTypeChecked },
);
