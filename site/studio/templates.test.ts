import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { graphOf } from "./graph.ts";
import { listing } from "./packfile.ts";
import { MAKING, nameFits, pathOf, templateOf } from "./templates.ts";

const COMMAND = process.env.KOUJING_BIN ?? fileURLToPath(new URL("../../.build/koujing", import.meta.url));
const PACK = fileURLToPath(new URL("../../core/packs/cn-telecom/", import.meta.url));

test("a new file of every kind leaves a pack in order", { skip: existsSync(COMMAND) ? false : "there is no koujing: make koujing, or KOUJING_BIN" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "koujing-new-"));
  try {
    const pack = join(folder, "pack");
    cpSync(PACK, pack, { recursive: true });
    let root = readFileSync(join(pack, "pack.yaml"), "utf8");
    for (const kind of MAKING) {
      const name = kind === "calendar" ? "2031" : `own.new_${kind}`;
      assert.ok(nameFits(kind, name), name);
      const path = pathOf(kind, name);
      writeFileSync(join(pack, path), templateOf(kind, name));
      root = listing(root, path, true);
    }
    writeFileSync(join(pack, "pack.yaml"), root);
    const { status, stdout, stderr } = spawnSync(COMMAND, ["pack", "check", "--json", "--at", "2026-11-22", pack], { encoding: "utf8" });
    const { diagnostics = [] } = JSON.parse(stdout || "{}") as { diagnostics?: { level: string; file: string; code: string }[] };
    assert.deepEqual(diagnostics.filter(({ file, level, code }) => level === "error" || /new_|2031/.test(file) && code !== "no_basis"), [], stderr); // what it rests on is the operator's to say;
    assert.equal(status, 0, stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a new track is a graph, and names are held to what a pack takes", () => {
  assert.equal(graphOf(templateOf("scenarios", "own.hello"))?.steps.length, 2);
  assert.deepEqual(["a.b", "A", "a-b", "../x", ""].map((name) => nameFits("tables", name)), [true, false, false, false, false]);
});
