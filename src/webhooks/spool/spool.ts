import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Telemetry } from '../../telemetry/bus.js';
import { DONE, openSpoolFolder, type Segment } from './folder.js';
import { readLine, type Spooled, writeLine } from './line.js';
import { createWriter, SpoolFull } from './writer.js';

/** What is kept on the local disk while Redis is away. */
export interface Spool {
  /** While anything is in it, what comes goes through it too: so the order stays. */
  active(): boolean;
  /**
   * Resolves when it is on the disk.
   *
   * @throws SpoolFull, and what writing throws
   */
  append(spooled: Spooled): Promise<void>;
  /** Why it could not take a webhook now, `null` when it could. */
  check(): Promise<string | null>;
  bytes(): number;
  /** Ends the replay; what is left is adopted by the next process. */
  close(): Promise<void>;
}

export interface SpoolDeps {
  folder: string;
  mostBytes: number;
  /** Whether Redis takes anything. */
  isBack: () => Promise<boolean>;
  /** Admits what was spooled, in order. Rejects when Redis did not take all of it: then all come again, which dedupe makes harmless. */
  replay: (batch: readonly Spooled[]) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /** Milliseconds between two looks whether Redis is back, and between two for what dead processes left. */
  lookEveryMs?: number;
  adoptEveryMs?: number;
}

/** Webhooks in one call at replay. */
const BATCH = 200;
/** Below this share of the most, a spool that was full is no longer so: else the alarm would flutter. */
const EMPTIER = 0.9;

/**
 * Opens the spool and takes over what dead processes left in its folder.
 *
 * @throws when the folder cannot be made: see `openSpoolFolder`.
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
    if (total < mostBytes * EMPTIER) full = false;
    telemetry.emit('spool.size', { bytes: total });
  };
  const writer = createWriter({
    folder: folder.path,
    now,
    room: () => ({ left: mostBytes - total, mostBytes }),
    grown: resize,
    sealed: (segment) => segments.push(segment),
  });

  /** From the first webhook that Redis did not take until everything is replayed. */
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

  async function look(): Promise<void> {
    if (now() - adoptedAt >= adoptEveryMs) await adopt();
    if (!active || !(await isBack())) return;
    while (!closed) {
      const [oldest] = segments;
      if (oldest) await replaySegment(oldest);
      else {
        await writer.seal();
        // Nothing is awaited between this look and the end, so nothing can come in between.
        if (segments.length > 0) continue;
        if (!writer.busy()) active = false;
        return;
      }
    }
  }

  function schedule(): void {
    if (closed) return;
    timer = setTimeout(() => {
      running = look()
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

/** Whole lines from an offset on. What is not a line of ours is counted as torn and passed over. */
function readBatch(content: Buffer, from: number): { batch: Spooled[]; next: number; torn: number } {
  const batch: Spooled[] = [];
  let torn = 0;
  let next = from;
  while (next < content.length && batch.length < BATCH) {
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
