import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

/** The panel's stylesheet travels inside its script, as text for a constructed sheet. */
const panelStyle = {
  name: "panel-style",
  setup(plugin) {
    plugin.onLoad({ filter: /\/widget\/.*\.css$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** How every script of the page is bundled; `site` is this folder. */
export function options(site) {
  return {
    absWorkingDir: site,
    entryNames: "[name]",
    bundle: true,
    format: "esm",
    target: ["chrome109", "firefox115", "safari16.4"],
    minify: true,
    legalComments: "none",
    charset: "utf8",
    plugins: [panelStyle],
    logLevel: "warning",
  };
}
