import type { Telemetry } from '../../telemetry/bus.js';

/** Keeps track of the size of the spool. */
export interface Size {
  bytes(): number;
  /** Whether the spool counts as full: a webhook did not fit, and the size has not decreased enough since. */
  full(): boolean;
  resize(by: number): void;
  /** Records that a webhook did not fit into the spool. */
  noteFull(): void;
}

/**
 * After the spool was full, it counts as full until its size is below this share of the limit, so the status does
 * not change too often.
 */
const FULL_UNTIL_SHARE = 0.9;

/** Creates the size counter of a spool, which starts at 0 bytes. */
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
