import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Telemetry } from '../../telemetry/bus.js';
import { DONE, openSpoolFolder, type Segment } from './folder.js';
import { readLine, type Spooled, writeLine } from './line.js';
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

/** Maximum webhooks per replay call. */
const BATCH_SIZE = 200;
/** A full spool counts as full until its size is below this share of the limit. The hysteresis prevents flapping. */
const FULL_UNTIL_SHARE = 0.9;

/**
 * Opens the spool and adopts the webhooks of stopped processes in its folder.
 *
 * @throws the error of `openSpoolFolder` when the folder cannot be created.
 */
export async function openSpool({
  folder: root,
  mostBytes,
  isBack,
  replay,
  telemetry,
  now,
  lookEveryMs = 500,
  adoptEveryMs = 10_000,
}: SpoolDeps): Promise<Spool> {
  const folder = await openSpoolFolder(root);
  const segments: Segment[] = [];
  let total = 0;
  let full = false;
  let closed = false;

  const resize = (by: number) => {
    total += by;
    if (total < mostBytes * FULL_UNTIL_SHARE) full = false;
    telemetry.emit('spool.size', { bytes: total });
  };
  const writer = createWriter({
    folder: folder.path,
    now,
    room: () => ({ left: mostBytes - total, mostBytes }),
    grown: resize,
    sealed: (segment) => segments.push(segment),
  });

  /** True from the first webhook that Redis did not accept until everything is replayed. */
  let active = false;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let adoptedAt = now();

  async function adopt(): Promise<void> {
    adoptedAt = now();
    const adopted = await folder.adopt();
    if (adopted.length === 0) return;
    segments.unshift(...adopted);
    const bytes = adopted.reduce((sum, segment) => sum + segment.bytes, 0);
    active = true;
    telemetry.emit('spool.adopted', { segments: adopted.length, bytes });
    resize(bytes);
  }

  async function replaySegment({ name, bytes }: Segment): Promise<void> {
    const path = join(folder.path, name);
    const content = await readFile(path);
    let from = await readDone(path + DONE);
    let count = 0;
    while (from < content.length && !closed) {
      const { batch, next, torn } = readBatch(content, from);
      if (batch.length > 0) await replay(batch);
      if (torn > 0) telemetry.emit('spool.torn', { segment: name, lines: torn });
      count += batch.length;
      from = next;
      await writeDone(path + DONE, from);
    }
    if (from < content.length) return;
    segments.shift();
    resize(-bytes);
    await rm(path);
    await rm(path + DONE, { force: true });
    if (count > 0) telemetry.emit('spool.replayed', { events: count });
  }

  async function replayAll(): Promise<void> {
    if (now() - adoptedAt >= adoptEveryMs) await adopt();
    if (!active || !(await isBack())) return;
    while (!closed) {
      const [oldest] = segments;
      if (oldest) await replaySegment(oldest);
      else {
        await writer.seal();
        // No await between this check and the assignment, so that no append can happen in between.
        if (segments.length > 0) continue;
        if (!writer.busy()) active = false;
        return;
      }
    }
  }

  function schedule(): void {
    if (closed) return;
    timer = setTimeout(() => {
      running = replayAll()
        .catch((error: unknown) => telemetry.emit('spool.stuck', { error: messageOf(error), bytes: total }))
        .finally(schedule);
    }, lookEveryMs).unref();
  }

  await adopt();
  schedule();
  return {
    active: () => active,
    bytes: () => total,
    async append(spooled) {
      if (!active) telemetry.emit('spool.begun', {});
      active = true;
      try {
        await writer.append(writeLine(spooled));
      } catch (error) {
        if (error instanceof SpoolFull && !full) {
          full = true;
          telemetry.emit('spool.full', { bytes: total });
        } else if (!(error instanceof SpoolFull)) telemetry.emit('spool.failed', { error: messageOf(error) });
        throw error;
      }
    },
    async check() {
      if (full) return new SpoolFull(mostBytes).message;
      const probe = join(folder.path, 'probe');
      try {
        const file = await open(probe, 'w', 0o600);
        await file.writeFile('ok').finally(() => file.close());
        await rm(probe, { force: true });
        return null;
      } catch (error) {
        return messageOf(error);
      }
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
      await writer.seal();
      await folder.close();
    },
  };
}

/** Reads a batch of lines from an offset. Unreadable lines are skipped and counted in `torn`. */
function readBatch(content: Buffer, from: number): { batch: Spooled[]; next: number; torn: number } {
  const batch: Spooled[] = [];
  let torn = 0;
  let next = from;
  while (next < content.length && batch.length < BATCH_SIZE) {
    const end = content.indexOf(10, next);
    const spooled = end < 0 ? null : readLine(content.toString('utf8', next, end));
    if (spooled) batch.push(spooled);
    else torn += 1;
    next = end < 0 ? content.length : end + 1;
  }
  return { batch, next, torn };
}

async function readDone(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '0');
  return /^\d+$/.test(text) ? Number(text) : 0;
}

async function writeDone(path: string, offset: number): Promise<void> {
  await writeFile(`${path}.new`, String(offset), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
