import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createGathering } from '../admission/batcher.js';
import { type Segment, segmentName, syncFolder } from './folder.js';

/** The spool holds as much as it may. */
export class SpoolFull extends Error {
  constructor(mostBytes: number) {
    super(`the spool is full: it holds ${mostBytes} bytes, which is what spool.mostBytes allows`);
    this.name = 'SpoolFull';
  }
}

/** Appends lines durably. */
export interface Writer {
  /**
   * Resolves when the line is on the disk: what arrives together shares one flush.
   *
   * @throws SpoolFull, and what writing throws, such as ENOSPC. Then nothing is promised of the line.
   */
  append(line: string): Promise<void>;
  /** Ends the segment that is being written and gives it, `null` when there is none: what it holds may then be replayed. */
  seal(): Promise<Segment | null>;
  /** Whether any line is on its way. */
  busy(): boolean;
}

/** Lines in one flush. */
const BATCH = 500;
/** A segment that is larger is ended: a replay reads one as a whole. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Events of a fleet: for the owner alone. */
const MODE = 0o600;

/**
 * Writes segments into a folder. `room` says how many bytes may still be added, `sealed` takes each ended segment, in order.
 */
export function createWriter({
  folder,
  now,
  room,
  grown,
  sealed,
}: {
  folder: string;
  now: () => number;
  room: () => { left: number; mostBytes: number };
  grown: (bytes: number) => void;
  sealed: (segment: Segment) => void;
}): Writer {
  let active: { name: string; bytes: number; file: FileHandle } | null = null;
  let pending = 0;
  let writing = false;
  let sealWanted: (() => void)[] = [];

  async function endActive(): Promise<Segment | null> {
    const ended = active;
    active = null;
    if (!ended) return null;
    await ended.file.close().catch(() => undefined);
    const segment = { name: ended.name, bytes: ended.bytes };
    sealed(segment);
    return segment;
  }

  async function write(lines: readonly string[]): Promise<void> {
    active ??= await createSegment(folder, now());
    const data = Buffer.from(lines.join(''));
    try {
      await active.file.appendFile(data);
      await active.file.datasync();
      active.bytes += data.length;
      grown(data.length);
    } catch (error) {
      // Half a line may stand at its end: nothing may follow it there.
      await endActive();
      throw error;
    }
    if (active.bytes >= SEGMENT_BYTES) await endActive();
  }

  const gathering = createGathering<string, true>(
    async (lines) => {
      writing = true;
      try {
        await write(lines);
      } finally {
        const waiting = sealWanted;
        sealWanted = [];
        if (waiting.length > 0) await endActive();
        writing = false;
        for (const resolve of waiting) resolve();
      }
      return lines.map(() => true as const);
    },
    { most: BATCH, lanes: 1 },
  );

  return {
    async append(line) {
      const { left, mostBytes } = room();
      if (line.length > left) throw new SpoolFull(mostBytes);
      pending += 1;
      try {
        await gathering.add(line);
      } finally {
        pending -= 1;
      }
    },
    async seal() {
      if (!writing) return endActive();
      await new Promise<void>((resolve) => sealWanted.push(resolve));
      return null;
    },
    busy: () => pending > 0,
  };
}

async function createSegment(
  folder: string,
  at: number,
): Promise<{ name: string; bytes: number; file: FileHandle }> {
  const name = segmentName(at);
  const file = await open(join(folder, name), 'ax', MODE);
  await syncFolder(folder);
  return { name, bytes: 0, file };
}
