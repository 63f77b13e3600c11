import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NewerRecord } from '../../json/stored.js';
import { messageOf } from '../../process/error-message.js';
import type { Segment, SpoolFolder } from './folder.js';
import { readLine, type Spooled } from './line.js';
import type { Size } from './size.js';
import type { SpoolDeps } from './spool.js';
import type { createWriter } from './writer.js';

/** The webhooks on the disk that are not admitted to Redis yet, in the order of their arrival. */
export interface Backlog {
  /** True from the first webhook that Redis did not accept until all webhooks are replayed. */
  active(): boolean;
  /** Records that Redis did not accept a webhook. */
  begin(): void;
  /** Adds a segment (a file of the spool) that is complete. */
  add(segment: Segment): void;
  /** Takes over the segments of stopped processes. */
  adopt(): Promise<void>;
  /** Replays all webhooks if Redis accepts writes. Rejects when Redis does not accept some of them. */
  replay(): Promise<void>;
  /** Ends a replay in progress after its current call to Redis. */
  stop(): void;
}

/** Maximum number of webhooks that are replayed with one call. */
const BATCH_SIZE = 200;

/** Creates the backlog of a spool, from which webhooks are replayed. */
export function createBacklog(
  { isBack, replay, telemetry, now, adoptEveryMs = 10_000 }: SpoolDeps,
  { folder, size, writer }: { folder: SpoolFolder; size: Size; writer: ReturnType<typeof createWriter> },
): Backlog {
  const segments: Unreplayed[] = [];
  const leftovers = createLeftovers(telemetry);
  /** Names of segments that this version cannot read. */
  const setAside = new Set<string>();
  let active = false;
  let stopped = false;
  let adoptedAt = now();

  async function adopt(): Promise<void> {
    adoptedAt = now();
    const found = await folder.adopt();
    updatePlaces(segments, found);
    const names = new Set(segments.map(({ name }) => name));
    const adopted = found.filter(
      (segment) => !names.has(segment.name) && !setAside.has(segment.name) && !leftovers.has(pathOf(segment)),
    );
    if (adopted.length === 0) return;
    segments.unshift(...adopted.map(unreplayed));
    const bytes = adopted.reduce((sum, segment) => sum + segment.bytes, 0);
    active = true;
    telemetry.emit('spool.adopted', { segments: adopted.length, bytes });
    size.resize(bytes);
  }

  /** Leaves a segment of a newer version to a receiver of that version, which takes it over after this process stops. */
  const unlessNewer = (segment: Segment) => (error: unknown) => {
    if (!(error instanceof NewerRecord)) throw error;
    setAside.add(segment.name);
    telemetry.emit('spool.set-aside', { segment: pathOf(segment), error: error.message });
    return 0;
  };

  async function replayOldest(oldest: Unreplayed): Promise<void> {
    const path = pathOf(oldest);
    const events = await replaySegment(oldest, { replay, telemetry }, () => stopped).catch(
      unlessNewer(oldest),
    );
    if (events === null) return;
    segments.shift();
    size.resize(-oldest.bytes);
    if (setAside.has(oldest.name)) return;
    await leftovers.remove(path);
    if (events > 0) telemetry.emit('spool.replayed', { events });
  }

  return {
    active: () => active,
    add: (segment) => void segments.push(unreplayed(segment)),
    adopt,
    begin() {
      if (!active) telemetry.emit('spool.begun', {});
      active = true;
    },
    async replay() {
      if (now() - adoptedAt >= adoptEveryMs) {
        await leftovers.retry();
        await adopt();
      }
      if (!active || !(await isBack())) return;
      while (!stopped) {
        const [oldest] = segments;
        if (oldest) await replayOldest(oldest);
        else {
          await writer.seal();
          // There is no await between this check and the assignment, so no webhook can be added in between.
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

/** Deletes replayed segments. Retries deletions that failed, for example because the disk became read-only. */
function createLeftovers(telemetry: SpoolDeps['telemetry']) {
  const paths = new Set<string>();
  return {
    has: (path: string) => paths.has(path),
    async remove(path: string): Promise<void> {
      await rm(path, { force: true }).catch((error: unknown) => {
        paths.add(path);
        telemetry.emit('spool.undeleted', { segment: path, error: messageOf(error) });
      });
    },
    async retry(): Promise<void> {
      for (const path of paths)
        await rm(path, { force: true }).then(
          () => paths.delete(path),
          () => undefined,
        );
    },
  };
}

/**
 * A segment with the progress of its replay. The progress is only in memory, because a replay must not need space
 * on the disk.
 */
interface Unreplayed extends Segment {
  /** Offset of the next line, in bytes. */
  from: number;
  /** Number of events that have been replayed. */
  events: number;
}

/**
 * Updates the folders of known segments. A segment that stayed in the folder of a stopped process is found again there,
 * or in the folder to which it was moved.
 */
function updatePlaces(known: readonly Unreplayed[], found: readonly Segment[]): void {
  for (const segment of known)
    segment.folder = found.find(({ name }) => name === segment.name)?.folder ?? segment.folder;
}

const unreplayed = (segment: Segment): Unreplayed => Object.assign({ from: 0, events: 0 }, segment);
const pathOf = ({ folder, name }: Segment) => join(folder, name);

/**
 * Replays a segment from where the last replay stopped, and returns the number of its events; `null` when the replay
 * was stopped before the end. After a crash, the replay of a segment starts again from its beginning; the detection of
 * duplicates makes this harmless. `stopped` is called before each call to Redis.
 */
async function replaySegment(
  segment: Unreplayed,
  { replay, telemetry }: Pick<SpoolDeps, 'replay' | 'telemetry'>,
  stopped: () => boolean,
): Promise<number | null> {
  const content = await readSegment(pathOf(segment));
  if (content === null) {
    telemetry.emit('spool.missing', { segment: pathOf(segment) });
    return segment.events;
  }
  while (segment.from < content.length && !stopped()) {
    const { batch, next, torn } = readBatch(content, segment.from);
    if (batch.length > 0) await replay(batch);
    if (torn > 0) telemetry.emit('spool.torn', { segment: segment.name, lines: torn });
    segment.events += batch.length;
    segment.from = next;
  }
  return segment.from < content.length ? null : segment.events;
}

/** Reads a segment; `null` when the file does not exist. */
async function readSegment(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Reads up to `BATCH_SIZE` lines from an offset in bytes. Lines that cannot be parsed are skipped and counted in
 * `torn`.
 */
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
