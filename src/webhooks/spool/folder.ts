import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const SEGMENT = /^\d{15}-[0-9a-f]{8}\.ndjson$/;
/** Suffix of the file in which version 0.1.0 stored how far a segment was replayed. */
const OFFSET = '.done';
const ALIVE = 'alive';

/** A segment: one file of the spool, which contains webhooks. */
export interface Segment {
  folder: string;
  name: string;
  bytes: number;
}

/** A folder of the spool that one process owns, next to the folders of other processes. */
export interface SpoolFolder {
  path: string;
  /**
   * Creates the folder, unless it exists.
   * @throws the error of creating the folder or the socket, such as ENOSPC, EACCES, or ENAMETOOLONG and EINVAL for
   * a path of more than about 100 bytes.
   */
  claim(): Promise<void>;
  /**
   * Takes over the segments of processes that no longer run, and returns them, oldest first. If the folder cannot
   * be created because the disk is full, the segments stay where they are, so their replay needs no space. Two
   * processes may then replay the same segment.
   */
  adopt(): Promise<Segment[]>;
  /** Releases the folder. An empty folder is removed; otherwise the next process takes it over. */
  close(): Promise<void>;
}

/** Returns a unique name for a segment. The names sort by the time at which the segments were created. */
export function segmentName(at: number): string {
  return `${String(at).padStart(15, '0')}-${randomBytes(4).toString('hex')}.ndjson`;
}

/**
 * Describes the folder of this process below `root`; `claim` creates it. A Unix socket on which the process listens
 * marks the folder as owned: the operating system closes the socket however the process ends. A process ID would not be
 * sufficient, because in a container it is always 1. With a heartbeat, a suspended process would lose its files.
 */
export function spoolFolder(root: string): SpoolFolder {
  const name = `r-${randomBytes(4).toString('hex')}`;
  const path = join(root, name);
  let server: Server | null = null;
  let claiming: Promise<void> | null = null;

  async function create(): Promise<void> {
    await mkdir(root, { recursive: true, mode: 0o700 });
    // The folder gets its visible name after its socket exists, so no other process takes it over.
    const hidden = join(root, `.${name}`);
    let listening: Server | null = null;
    try {
      await mkdir(hidden, { mode: 0o700 });
      listening = await listenAt(join(hidden, ALIVE));
      await rename(hidden, path);
      server = listening;
    } catch (error) {
      listening?.close();
      await rm(hidden, { recursive: true, force: true });
      throw error;
    }
  }

  const claim = () => (claiming ??= create().finally(() => (claiming = null)));

  return {
    path,
    claim: async () => {
      if (!server) await claim();
    },
    async adopt() {
      if (!server) await claim().catch(() => undefined);
      const take = server ? takeOver : segmentsOf;
      const adopted: Segment[] = [];
      for (const other of await readdir(root).catch(() => []))
        if (other.startsWith('r-') && other !== name && !(await isAlive(join(root, other, ALIVE))))
          adopted.push(...(await take(join(root, other), path)));
      return adopted.sort((one, two) => (one.name < two.name ? -1 : 1));
    },
    async close() {
      if (!server) return;
      const closed = once(server, 'close');
      server.close();
      await closed;
      await rm(join(path, ALIVE), { force: true });
      await rmdir(path).catch(() => undefined);
    },
  };
}

async function listenAt(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  await once(server, 'listening');
  server.unref();
  return server;
}

/** Whether a process listens on the socket. Only ECONNREFUSED and ENOENT prove that no process listens. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.on('connect', () => settle(true));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
}

/** Returns the segments in a folder. Files that another process moves in the meantime are omitted. */
async function segmentsOf(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder).catch(() => [])).filter((file) => SEGMENT.test(file));
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
  return names.flatMap((name, index) => {
    const found = sizes[index];
    return found ? [{ folder, name, bytes: found.size }] : [];
  });
}

/**
 * Moves the segments of another folder. When two processes do this at the same time, each file is moved by only one of
 * them, because renaming it succeeds only once.
 */
async function takeOver(from: string, to: string): Promise<Segment[]> {
  const taken: Segment[] = [];
  for (const { name, bytes } of await segmentsOf(from)) {
    await rm(join(from, name + OFFSET), { force: true });
    const moved = await rename(join(from, name), join(to, name)).then(
      () => true,
      () => false,
    );
    if (moved) taken.push({ folder: to, name, bytes });
  }
  await syncFolder(to);
  await rm(join(from, ALIVE), { force: true });
  await rmdir(from).catch(() => undefined);
  return taken;
}

/** Writes a folder to disk (sync), so that new file names survive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
