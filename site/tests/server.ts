import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PACK } from "./guests.ts";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

export interface Server {
  url: string;
  /** Edits a file of the pack the server watches. */
  edit(path: string, change: (text: string) => string): Promise<void>;
  /** The digest that `koujing pack build` gives the pack made of these sources. */
  digest(sources: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

/** The real `koujing serve` on a free port, with the page that was just built: of a copy of a pack to edit, by default the default one. */
export async function serveKoujing(source: string = PACK, more: readonly string[] = []): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "koujing-"));
  const pack = join(folder, "pack");
  await cp(source, pack, { recursive: true });
  return started(folder, ["--pack", pack, ...more], pack);
}

/** The same with a data folder to publish to, empty at first: the pack inside the program decides until one is published. */
export async function serveArchive(more: readonly string[] = []): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "koujing-"));
  return started(folder, ["--data", join(folder, "data"), ...more], "");
}

async function started(folder: string, options: readonly string[], pack: string): Promise<Server> {
  const bin = process.env.KOUJING_BIN;
  if (bin === undefined) throw new Error("KOUJING_BIN is not set: the tests are started by their global setup");
  const child = spawn(bin, ["serve", "--addr", "127.0.0.1:0", "--site", DIST, "--log", "off", ...options], { stdio: ["ignore", "pipe", "pipe"] });
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
    digest(sources) {
      const built = mkdtempSync(join(folder, "build-"));
      for (const [path, text] of Object.entries(sources)) {
        mkdirSync(dirname(join(built, path)), { recursive: true });
        writeFileSync(join(built, path), text);
      }
      execFileSync(bin, ["pack", "build", "-o", join(built, "built.json"), built], { stdio: "pipe" });
      return `sha256:${createHash("sha256").update(readFileSync(join(built, "built.json"))).digest("hex")}`;
    },
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
