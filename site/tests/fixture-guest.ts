import { readFileSync } from "node:fs";
import wabt from "wabt";

/** The bytes of testdata/guest.wat. */
export async function fixtureGuest(source = readFileSync(new URL("../testdata/guest.wat", import.meta.url), "utf8")): Promise<Uint8Array<ArrayBuffer>> {
  const tools = await wabt();
  const module = tools.parseWat("guest.wat", source);
  try {
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
