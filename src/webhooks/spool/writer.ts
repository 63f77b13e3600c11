import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createBatcher } from '../../process/batcher.js';
import { type Segment, segmentName, syncFolder } from './folder.js';

/** The spool has reached its maximum size. */
export class SpoolFull extends Error {
  constructor(mostBytes: number) {
    super(`the spool is full: it has reached spool.mostBytes (${mostBytes} bytes)`);
    this.name = 'SpoolFull';
  }
}

/** Appends lines durably. */
export interface Writer {
  /**
   * Resolves when the line is on disk. Concurrent lines share one flush.
   *
   * @throws SpoolFull, or the error of writing, such as ENOSPC. The line may then be on disk or not.
   */
  append(line: string): Promise<void>;
  /** Closes the current segment and returns it, so that it can be replayed; `null` when there is none. */
  seal(): Promise<Segment | null>;
  /** Whether a line is being written. */
  busy(): boolean;
}

/** Maximum lines per flush. */
const BATCH_SIZE = 500;
/** Size at which a segment is closed. A replay reads a whole segment into memory. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Readable only by the owner, because events contain personal data. */
const FILE_MODE = 0o600;

/**
 * Creates a writer of segments in a folder. `room` returns the remaining bytes, `grown` receives the bytes of each write, `sealed` receives each closed segment in order.
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

  async function closeActive(): Promise<Segment | null> {
    const closing = active;
    active = null;
    if (!closing) return null;
    await closing.file.close().catch(() => undefined);
    const segment = { name: closing.name, bytes: closing.bytes };
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
      // The segment may end with an incomplete line, so that no further line may be appended to it.
      await closeActive();
      throw error;
    }
    if (active.bytes >= SEGMENT_BYTES) await closeActive();
  }

  const gathering = createBatcher<string, true>(
    async (lines) => {
      writing = true;
      try {
        await write(lines);
      } finally {
        const waiting = sealWanted;
        sealWanted = [];
        if (waiting.length > 0) await closeActive();
        writing = false;
        for (const resolve of waiting) resolve();
      }
      return lines.map(() => true as const);
    },
    { most: BATCH_SIZE, lanes: 1, shared: true },
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
      if (!writing) return closeActive();
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
  const file = await open(join(folder, name), 'ax', FILE_MODE);
  await syncFolder(folder);
  return { name, bytes: 0, file };
}
