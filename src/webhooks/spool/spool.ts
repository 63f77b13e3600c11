import type { Telemetry } from '../../telemetry/bus.js';
import { createBacklog } from './backlog.js';
import { createDiskCheck } from './disk-check.js';
import { spoolFolder } from './folder.js';
import { type Spooled, writeLine } from './line.js';
import { createSize } from './size.js';
import { createWriter, SpoolFull } from './writer.js';
import { messageOf } from '../../process/error-message.js';

/** Webhooks on the local disk while Redis is unavailable. */
export interface Spool {
  /** Whether it contains webhooks. New webhooks must then go through it, too, to keep the order. */
  active(): boolean;
  /**
   * Resolves when the webhook is on disk.
   *
   * @throws SpoolFull, or the error of writing
   */
  append(spooled: Spooled): Promise<void>;
  /** Returns why it cannot accept a webhook now, `null` when it can. */
  check(): Promise<string | null>;
  bytes(): number;
  /** Stops the replay. The next process adopts the remaining webhooks. */
  close(): Promise<void>;
}

/** Settings and dependencies of the spool. */
export interface SpoolDeps {
  folder: string;
  mostBytes: number;
  /** Whether Redis accepts writes. */
  isBack: () => Promise<boolean>;
  /** Admits spooled webhooks in order. On rejection the whole batch is repeated, which is harmless because of deduplication. */
  replay: (batch: readonly Spooled[]) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /** Intervals in milliseconds: check whether Redis is available, for folders of stopped processes, and whether the disk can be written. */
  lookEveryMs?: number;
  adoptEveryMs?: number;
  checkEveryMs?: number;
}

/** Errors of a full disk, which passes, in contrast to those of a wrong configuration. */
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Opens the spool and adopts the webhooks of stopped processes in its folder. A full disk does not prevent this: they are replayed, and
 * the folder of this process is created as soon as there is space.
 *
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
