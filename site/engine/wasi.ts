/**
 * The guests are wasip1 reactors and bring the imports of Go's runtime with them. They are given nothing: no
 * arguments, no environment, no files, no clock that means anything. What is asked for beyond that is refused
 * with an errno, and an import that is not WASI's stops the module from being instantiated at all.
 */

const SUCCESS = 0;
const EBADF = 8;
const EFAULT = 21;
const ENOSYS = 52;

const STDERR = 2;

/** What a runner may put under a guest's feet. Decisions never depend on it; the vectors' tests vary it to show so. */
export interface Surroundings {
  /** Nanoseconds, never 0 and never back. */
  clock?: () => bigint;
  /** Fills the view with random bytes. */
  random?: (view: Uint8Array) => void;
  /** What Go's runtime says before it dies (a panic's text). */
  stderr?: (text: string) => void;
}

/** Thrown out of `proc_exit`, which must not return: the guest's runtime has given up. */
export class GuestExit extends Error {
  override readonly name = "GuestExit";
  constructor(readonly status: number) {
    super(`guest exited with status ${status}`);
  }
}

/**
 * A clock that stands. One that moves makes Go's collector measure its share of the time; once that is above a half it
 * stops helping, and on wasm, which has no monitor thread, nothing makes it help again: the guest runs out of memory.
 */
const stands = () => 1n;

type Import = (...args: never[]) => unknown;

/**
 * Imports for one instance. `memory` is called anew at every use, since growing the memory detaches older views.
 * Throws a TypeError when the module wants an import that is not WASI preview 1.
 */
export function denyAll(
  wanted: readonly WebAssembly.ModuleImportDescriptor[],
  memory: () => ArrayBuffer,
  surroundings: Surroundings = {},
): WebAssembly.Imports {
  const clock = surroundings.clock ?? stands;
  const random = surroundings.random ?? ((view: Uint8Array<ArrayBuffer>) => { fillRandom(view); });
  const stderr = surroundings.stderr ?? (() => undefined);
  const view = () => new DataView(memory());
  const text = new TextDecoder();

  const given: Record<string, Import> = {
    args_sizes_get: (count: number, size: number) => zeros(view(), count, size),
    args_get: () => SUCCESS,
    environ_sizes_get: (count: number, size: number) => zeros(view(), count, size),
    environ_get: () => SUCCESS,

    clock_time_get: (_id: number, _precision: bigint, result: number) => {
      view().setBigUint64(result >>> 0, BigInt.asUintN(64, clock()), true);
      return SUCCESS;
    },
    clock_res_get: (_id: number, result: number) => {
      view().setBigUint64(result >>> 0, 1n, true);
      return SUCCESS;
    },

    random_get: (pointer: number, length: number) => {
      random(new Uint8Array(memory(), pointer >>> 0, length >>> 0));
      return SUCCESS;
    },

    fd_write: (fd: number, vectors: number, count: number, result: number) => {
      const data = view();
      let written = 0;
      for (let i = 0; i < count; i++) {
        const pointer = data.getUint32((vectors >>> 0) + 8 * i, true);
        const length = data.getUint32((vectors >>> 0) + 8 * i + 4, true);
        if (pointer + length > data.byteLength) return EFAULT;
        if (fd === STDERR) stderr(text.decode(new Uint8Array(data.buffer, pointer, length)));
        written += length;
      }
      data.setUint32(result >>> 0, written, true);
      return SUCCESS;
    },

    // Go's runtime sleeps by polling a clock. Here every sleep is over at once: each subscription has happened.
    poll_oneoff: (subscriptions: number, events: number, count: number, result: number) => {
      const data = view();
      for (let i = 0; i < count; i++) {
        const event = (events >>> 0) + 32 * i;
        const subscription = (subscriptions >>> 0) + 48 * i;
        data.setBigUint64(event, data.getBigUint64(subscription, true), true);
        data.setUint16(event + 8, SUCCESS, true);
        data.setUint8(event + 10, data.getUint8(subscription + 8));
      }
      data.setUint32(result >>> 0, count, true);
      return SUCCESS;
    },

    sched_yield: () => SUCCESS,
    proc_exit: (status: number) => {
      throw new GuestExit(status);
    },
  };

  const imports: Record<string, Import> = {};
  for (const { module, name, kind } of wanted) {
    if (module !== "wasi_snapshot_preview1" || kind !== "function") {
      throw new TypeError(`unknown import ${module}.${name}`);
    }
    // A closed descriptor for everything that takes one: Go's start-up asks for its preopened folders until it hears so.
    imports[name] = given[name] ?? (name.startsWith("fd_") || name.startsWith("path_") ? () => EBADF : () => ENOSYS);
  }
  return { wasi_snapshot_preview1: imports };
}

function zeros(view: DataView, count: number, size: number): number {
  view.setUint32(count >>> 0, 0, true);
  view.setUint32(size >>> 0, 0, true);
  return SUCCESS;
}

/** getRandomValues gives at most 64 KiB a call. */
function fillRandom(view: Uint8Array<ArrayBuffer>): void {
  for (let i = 0; i < view.length; i += 65536) crypto.getRandomValues(view.subarray(i, i + 65536));
}
