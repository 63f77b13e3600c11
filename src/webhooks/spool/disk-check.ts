import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../process/error-message.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { SpoolFolder } from './folder.js';

/** Checks whether a webhook could be written to the disk, and reports each change of the result. */
export interface DiskCheck {
  /** Returns why the folder of the spool cannot be written; `null` when it can. */
  check(): Promise<string | null>;
  /** Records the error of a write, or `null` after a successful write. */
  record(problem: string | null): void;
}

/**
 * Number of bytes that the check writes. It is more than a webhook, because a nearly full disk may still accept a
 * few bytes.
 */
const PROBE_BYTES = 64 * 1024;

/** Creates the check of the folder of a spool. */
export function createDiskCheck(folder: SpoolFolder, telemetry: Telemetry): DiskCheck {
  let known: boolean | null = null;
  let running: Promise<string | null> | null = null;

  function record(problem: string | null): void {
    const writable = problem === null;
    if (writable === known) return;
    known = writable;
    if (problem === null) telemetry.emit('spool.writable', {});
    else telemetry.emit('spool.unwritable', { error: problem });
  }

  async function probe(): Promise<string | null> {
    const problem = await tryWriting(folder);
    record(problem);
    return problem;
  }

  return {
    // Concurrent checks share one write, because they would delete each other's file.
    check: () => (running ??= probe().finally(() => (running = null))),
    record,
  };
}

async function tryWriting(folder: SpoolFolder): Promise<string | null> {
  const path = join(folder.path, 'probe');
  try {
    await folder.claim();
    const file = await open(path, 'w', 0o600);
    await file.writeFile(Buffer.alloc(PROBE_BYTES)).finally(() => file.close());
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
