import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createBatcher } from '../../process/batcher.js';
import { type Segment, segmentName, type SpoolFolder, syncFolder } from './folder.js';

/** Thrown when the spool has reached its maximum size. */
export class SpoolFull extends Error {
  constructor(mostBytes: number) {
    super(`the spool is full: it has reached spool.mostBytes (${mostBytes} bytes)`);
    this.name = 'SpoolFull';
  }
}

/** Writes lines to the disk. */
export interface Writer {
  /**
   * Resolves when the line is on the disk. Lines that are written at the same time share one flush.
   * @throws SpoolFull, or the error of the write, such as ENOSPC. After an error of the write, it is unknown whether
   * the line is on the disk.
   */
  append(line: string): Promise<void>;
  /** Closes the current segment and returns it, so that it can be replayed; `null` when there is none. */
  seal(): Promise<Segment | null>;
  /** Whether a line is being written. */
  busy(): boolean;
}

/** Maximum number of lines per flush. */
const BATCH_SIZE = 500;
/** Size at which a segment is closed, bytes. A replay reads a whole segment into memory. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Files can be read only by their owner, because events contain personal data. */
const FILE_MODE = 0o600;

interface WriterOptions {
  folder: SpoolFolder;
  now: () => number;
  /** Returns how many bytes the spool can still take. */
  room: () => { left: number; mostBytes: number };
  /** Called with the number of bytes of each write. */
  grown: (bytes: number) => void;
  /** Called with each closed segment, in order. */
  sealed: (segment: Segment) => void;
}

/** Creates a writer of segments in a folder. */
export function createWriter({ room, ...options }: WriterOptions): Writer {
  const { write, closeActive } = createActiveSegment(options);
  let pending = 0;
  let writing = false;
  let sealWanted: (() => void)[] = [];

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

/** Creates the functions that write lines to the active segment and close it. After it is closed, the next write creates a new segment. */
function createActiveSegment({ folder, now, grown, sealed }: Omit<WriterOptions, 'room'>) {
  let active: Active | null = null;

  async function closeActive(): Promise<Segment | null> {
    const closing = active;
    active = null;
    if (!closing) return null;
    await closing.file.close().catch(() => undefined);
    const segment = { folder: folder.path, name: closing.name, bytes: closing.bytes };
    sealed(segment);
    return segment;
  }

  /**
   * Removes what a failed write left: an incomplete line, or a segment without lines. If these were kept, a full disk
   * would get one file per webhook. No further line is added to the segment, because removing the incomplete line may
   * fail as well.
   */
  async function abandonWrite(failed: Active): Promise<void> {
    if (failed.bytes > 0) {
      await failed.file.truncate(failed.bytes).catch(() => undefined);
      await closeActive();
      return;
    }
    active = null;
    await failed.file.close().catch(() => undefined);
    await rm(join(folder.path, failed.name), { force: true }).catch(() => undefined);
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
      await abandonWrite(active);
      throw error;
    }
    if (active.bytes >= SEGMENT_BYTES) await closeActive();
  }

  return { write, closeActive };
}

/** The segment to which lines are added. */
interface Active {
  name: string;
  /** Size up to the last line that is certainly on the disk. */
  bytes: number;
  file: FileHandle;
}

async function createSegment(folder: SpoolFolder, at: number): Promise<Active> {
  await folder.claim();
  const name = segmentName(at);
  const path = join(folder.path, name);
  const file = await open(path, 'ax', FILE_MODE);
  try {
    await syncFolder(folder.path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
  return { name, bytes: 0, file };
}
