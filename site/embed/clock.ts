import { inOffset } from "./mapping.ts";

/** The clock of a frame whose CRM gives no case, and so no time: that of the computer, in the operator's offset. */
export function clock(offset: string): string {
  // eslint-disable-next-line no-restricted-properties -- here a host's part is played, and a host has a clock
  return inOffset(Date.now(), offset);
}
