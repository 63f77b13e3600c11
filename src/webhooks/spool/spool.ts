import type { Telemetry } from '../../telemetry/bus.js';
import { createBacklog } from './backlog.js';
import { createDiskCheck } from './disk-check.js';
import { spoolFolder } from './folder.js';
import { type Spooled, writeLine } from './line.js';
import { createSize } from './size.js';
import { createWriter, SpoolFull } from './writer.js';
import { messageOf } from '../../process/error-message.js';

/** Stores webhooks on the local disk while Redis is unavailable. */
export interface Spool {
  /** Whether the spool contains webhooks. New webhooks must then also be written to the spool, to keep the order. */
  active(): boolean;
  /**
   * Resolves when the webhook is on the disk.
   * @throws SpoolFull, or the error of the write
   */
  append(spooled: Spooled): Promise<void>;
  /** Returns why the spool cannot accept a webhook now; `null` when it can. */
  check(): Promise<string | null>;
  bytes(): number;
  /** Stops the replay. The next process takes over the remaining webhooks. */
  close(): Promise<void>;
}

export interface SpoolDeps {
  folder: string;
  mostBytes: number;
  /** Whether Redis accepts writes again. */
  isBack: () => Promise<boolean>;
  /**
   * Admits webhooks from the spool in order. If the promise rejects, the whole batch is admitted again later, which
   * is harmless because duplicates are detected.
   */
  replay: (batch: readonly Spooled[]) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /**
   * Intervals in milliseconds at which the spool checks whether Redis is available, whether there are folders of
   * stopped processes, and whether the disk can be written.
   */
  lookEveryMs?: number;
  adoptEveryMs?: number;
  checkEveryMs?: number;
}

/** Errors of a full disk. They are temporary, unlike errors that a wrong configuration causes. */
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Opens the spool, and takes over the webhooks of stopped processes in its folder. This also works when the disk
 * is full: the webhooks are replayed, and the folder of this process is created as soon as there is space.
 * @throws the error of `SpoolFolder.claim` when the folder cannot be created for another reason.
 */
export async function openSpool(deps: SpoolDeps): Promise<Spool> {
  const { mostBytes, telemetry, now, lookEveryMs = 500, checkEveryMs = 30_000 } = deps;
  const folder = spoolFolder(deps.folder);
  const disk = createDiskCheck(folder, telemetry);
  await folder.claim().catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && NO_SPACE.has(String(error.code)))) throw error;
  });
  const size = createSize(mostBytes, telemetry);
  const writer = createWriter({
    folder,
    now,
    room: () => ({ left: mostBytes - size.bytes(), mostBytes }),
    grown: (by) => size.resize(by),
    sealed: (segment) => backlog.add(segment),
  });
  const backlog = createBacklog(deps, { folder, size, writer });
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function schedule(): void {
    if (closed) return;
    timer = setTimeout(() => {
      running = backlog
        .replay()
        .catch((error: unknown) =>
          telemetry.emit('spool.stuck', { error: messageOf(error), bytes: size.bytes() }),
        )
        .finally(schedule);
    }, lookEveryMs).unref();
  }

  await backlog.adopt();
  await disk.check();
  const checking = setInterval(() => void disk.check(), checkEveryMs).unref();
  schedule();
  return {
    active: () => backlog.active(),
    bytes: () => size.bytes(),
    async append(spooled) {
      backlog.begin();
      try {
        await writer.append(writeLine(spooled));
        disk.record(null);
      } catch (error) {
        if (error instanceof SpoolFull) size.noteFull();
        else {
          telemetry.emit('spool.failed', { error: messageOf(error) });
          disk.record(messageOf(error));
        }
        throw error;
      }
    },
    check: async () => (size.full() ? new SpoolFull(mostBytes).message : await disk.check()),
    async close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(checking);
      backlog.stop();
      await running;
      await writer.seal();
      await folder.close();
    },
  };
}
