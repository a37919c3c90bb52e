import { build } from "esbuild";

const TARGET = ["chrome109", "firefox115", "safari16.4"];

/** A stylesheet with what it imports, minified. */
export async function style(file) {
  const { outputFiles } = await build({ entryPoints: [file], bundle: true, minify: true, charset: "utf8", target: TARGET, write: false });
  return outputFiles[0].text;
}

/** The panel's stylesheet travels inside its script, as text for a constructed sheet. */
const panelStyle = {
  name: "panel-style",
  setup(plugin) {
    plugin.onLoad({ filter: /\/widget\/panel\.css$/ }, async ({ path: file }) => {
      return { contents: (await style(file)).trim(), loader: "text" };
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
    target: TARGET,
    minify: true,
    legalComments: "none",
    charset: "utf8",
    plugins: [panelStyle],
    logLevel: "warning",
  };
}
