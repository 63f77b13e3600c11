import type { Telemetry } from '../../telemetry/bus.js';

/** The size of the spool. */
export interface Size {
  bytes(): number;
  /** Whether a webhook did not fit and the size has not decreased enough since. */
  full(): boolean;
  resize(by: number): void;
  /** Records that a webhook did not fit. */
  noteFull(): void;
}

/** A full spool counts as full until its size is below this share of the limit. The hysteresis prevents flapping. */
const FULL_UNTIL_SHARE = 0.9;

/** Creates the size of an empty spool. */
export function createSize(mostBytes: number, telemetry: Telemetry): Size {
  let bytes = 0;
  let full = false;
  return {
    bytes: () => bytes,
    full: () => full,
    resize(by) {
      bytes += by;
      if (bytes < mostBytes * FULL_UNTIL_SHARE) full = false;
      telemetry.emit('spool.size', { bytes });
    },
    noteFull() {
      if (full) return;
      full = true;
      telemetry.emit('spool.full', { bytes });
    },
  };
}
