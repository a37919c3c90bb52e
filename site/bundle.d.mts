import type { BuildOptions } from "esbuild";

/** How every script of the page is bundled; `site` is this folder. */
export function options(site: string): BuildOptions;

/** A stylesheet with what it imports, minified. */
export function style(file: string): Promise<string>;
