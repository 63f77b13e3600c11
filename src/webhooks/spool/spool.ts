import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Telemetry } from '../../telemetry/bus.js';
import { createBacklog } from './backlog.js';
import { openSpoolFolder } from './folder.js';
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
  /** Intervals in milliseconds: check whether Redis is available, and check for folders of stopped processes. */
  lookEveryMs?: number;
  adoptEveryMs?: number;
}

/**
 * Opens the spool and adopts the webhooks of stopped processes in its folder.
 *
 * @throws the error of `openSpoolFolder` when the folder cannot be created.
 */
export async function openSpool(deps: SpoolDeps): Promise<Spool> {
  const { mostBytes, telemetry, now, lookEveryMs = 500 } = deps;
  const folder = await openSpoolFolder(deps.folder);
  const size = createSize(mostBytes, telemetry);
  const writer = createWriter({
    folder: folder.path,
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
  schedule();
  return {
    active: () => backlog.active(),
    bytes: () => size.bytes(),
    async append(spooled) {
      backlog.begin();
      try {
        await writer.append(writeLine(spooled));
      } catch (error) {
        if (error instanceof SpoolFull) size.noteFull();
        else telemetry.emit('spool.failed', { error: messageOf(error) });
        throw error;
      }
    },
    check: async () => (size.full() ? new SpoolFull(mostBytes).message : await checkWritable(folder.path)),
    async close() {
      closed = true;
      clearTimeout(timer);
      backlog.stop();
      await running;
      await writer.seal();
      await folder.close();
    },
  };
}

/** Returns why the folder cannot be written, `null` when it can. */
async function checkWritable(folder: string): Promise<string | null> {
  const probe = join(folder, 'probe');
  try {
    const file = await open(probe, 'w', 0o600);
    await file.writeFile('ok').finally(() => file.close());
    await rm(probe, { force: true });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
