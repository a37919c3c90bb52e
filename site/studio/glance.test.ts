import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Guest } from "../engine/guest.ts";
import { packSources } from "../tests/guests.ts";
import type { Checked } from "./protocol.ts";

const MODULE = new URL("../../host/cmd/koujing/embedded/koujing-author.wasm", import.meta.url);

test("a glance brings the names that an edit has made or taken away, and only then", async () => {
  const guest = await Guest.make(await WebAssembly.compile(readFileSync(MODULE)), ["edit", "glance", "names"]);
  const glance = () => JSON.parse(guest.call("glance", "")) as Checked;
  const edit = (text: string) => { guest.call("edit", JSON.stringify({ "pack.yaml": text })); };
  const sources = await packSources();
  const root = sources["pack.yaml"] ?? "";
  guest.call("edit", JSON.stringify(sources));
  const first = glance().names ?? [];
  assert.deepEqual(first, (JSON.parse(guest.call("names", "")) as { names: unknown }).names);
  assert.ok(first.length > 200);
  edit(`${root}\n# a comment\n`);
  assert.equal(glance().names, undefined);
  edit(root.replace(/^facts:\n/m, "facts:\n  likes_tea: bool?\n"));
  assert.ok(glance().names?.some(({ name }) => name === "facts.likes_tea"));
  edit("id: [");
  const broken = glance();
  assert.ok(broken.diagnostics.length > 0);
  assert.equal(broken.names, undefined, "of a pack that cannot be read there is nothing to say");
  edit(root);
  assert.deepEqual(glance().names, first);
});
