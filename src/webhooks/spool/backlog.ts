import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DONE, type openSpoolFolder, type Segment } from './folder.js';
import { readLine, type Spooled } from './line.js';
import type { Size } from './size.js';
import type { SpoolDeps } from './spool.js';
import type { createWriter } from './writer.js';

/** The webhooks on the disk that are not admitted yet, in order of arrival. */
export interface Backlog {
  /** True from the first webhook that Redis did not accept until everything is replayed. */
  active(): boolean;
  /** Records that a webhook was not accepted by Redis. */
  begin(): void;
  /** Adds a completed segment. */
  add(segment: Segment): void;
  /** Adopts the segments of stopped processes. */
  adopt(): Promise<void>;
  /** Replays everything if Redis accepts writes. Rejects when it does not accept a batch. */
  replay(): Promise<void>;
  /** Ends a running replay after its current batch. */
  stop(): void;
}

/** Maximum webhooks per replay call. */
const BATCH_SIZE = 200;
/** Creates the backlog of a spool. */
export function createBacklog(
  { isBack, replay, telemetry, now, adoptEveryMs = 10_000 }: SpoolDeps,
  {
    folder,
    size,
    writer,
  }: {
    folder: Awaited<ReturnType<typeof openSpoolFolder>>;
    size: Size;
    writer: ReturnType<typeof createWriter>;
  },
): Backlog {
  const segments: Segment[] = [];
  let active = false;
  let stopped = false;
  let adoptedAt = now();

  async function adopt(): Promise<void> {
    adoptedAt = now();
    const adopted = await folder.adopt();
    if (adopted.length === 0) return;
    segments.unshift(...adopted);
    const bytes = adopted.reduce((sum, segment) => sum + segment.bytes, 0);
    active = true;
    telemetry.emit('spool.adopted', { segments: adopted.length, bytes });
    size.resize(bytes);
  }

  const replayOldest = ({ name, bytes }: Segment) =>
    replaySegment(
      { folder: folder.path, name },
      { replay, telemetry },
      {
        stopped: () => stopped,
        finished: () => {
          segments.shift();
          size.resize(-bytes);
        },
      },
    );

  return {
    active: () => active,
    add: (segment) => void segments.push(segment),
    adopt,
    begin() {
      if (!active) telemetry.emit('spool.begun', {});
      active = true;
    },
    async replay() {
      if (now() - adoptedAt >= adoptEveryMs) await adopt();
      if (!active || !(await isBack())) return;
      while (!stopped) {
        const [oldest] = segments;
        if (oldest) await replayOldest(oldest);
        else {
          await writer.seal();
          // No await between this check and the assignment, so that no append can happen in between.
          if (segments.length > 0) continue;
          if (!writer.busy()) active = false;
          return;
        }
      }
    },
    stop() {
      stopped = true;
    },
  };
}

/**
 * Replays a segment from the last completed batch on. `finished` is called before the segment is
 * deleted, `stopped` before each batch.
 */
async function replaySegment(
  { folder, name }: { folder: string; name: string },
  { replay, telemetry }: Pick<SpoolDeps, 'replay' | 'telemetry'>,
  { stopped, finished }: { stopped: () => boolean; finished: () => void },
): Promise<void> {
  const path = join(folder, name);
  const content = await readFile(path);
  let from = await readDone(path + DONE);
  let count = 0;
  while (from < content.length && !stopped()) {
    const { batch, next, torn } = readBatch(content, from);
    if (batch.length > 0) await replay(batch);
    if (torn > 0) telemetry.emit('spool.torn', { segment: name, lines: torn });
    count += batch.length;
    from = next;
    await writeDone(path + DONE, from);
  }
  if (from < content.length) return;
  finished();
  await rm(path);
  await rm(path + DONE, { force: true });
  if (count > 0) telemetry.emit('spool.replayed', { events: count });
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
