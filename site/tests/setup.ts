import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const site = fileURLToPath(new URL("../", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));

function run(command: string, args: string[], cwd: string): void {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}

/**
 * The tests run against the built page and the real command. `make test` has both; run alone, the tests build what is
 * missing: the page always, since a stale one would be tested in silence, the command when KOUJING_BIN names none.
 */
export default function setup(): void {
  run("node", ["build.mjs"], site);
  if (process.env.KOUJING_BIN !== undefined) {
    if (!existsSync(process.env.KOUJING_BIN)) throw new Error(`KOUJING_BIN: there is no ${process.env.KOUJING_BIN}`);
    return;
  }
  run("make", ["koujing"], root);
  process.env.KOUJING_BIN = `${root}.build/koujing`;
}
