import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  // The panel is an element of the page, and no component of Vue's.
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "koujing-panel" } } })],
});
