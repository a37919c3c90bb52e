import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PACK } from "./guests.ts";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

export interface Server {
  url: string;
  /** Edits a file of the pack the server watches. */
  edit(path: string, change: (text: string) => string): Promise<void>;
  close(): Promise<void>;
}

/** The real `koujing serve`, on a free port, with a copy of a pack to edit, by default the default one, and the page that was just built. */
export async function serveKoujing(source: string = PACK, more: readonly string[] = []): Promise<Server> {
  const bin = process.env.KOUJING_BIN;
  if (bin === undefined) throw new Error("KOUJING_BIN is not set: the tests are started by their global setup");
  const folder = await mkdtemp(join(tmpdir(), "koujing-"));
  const pack = join(folder, "pack");
  await cp(source, pack, { recursive: true });
  const child = spawn(bin, ["serve", "--addr", "127.0.0.1:0", "--pack", pack, "--site", DIST, "--log", "off", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (data: Buffer) => {
      said += data.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => { reject(new Error(`koujing serve ended with ${String(code)}:\n${said}`)); });
  });
  return {
    url,
    async edit(path, change) {
      const file = join(pack, path);
      const before = await readFile(file, "utf8");
      const after = change(before);
      if (after === before) throw new Error(`the edit of ${path} changes nothing`);
      await writeFile(file, after);
    },
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
