import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const SEGMENT = /^\d{15}-[0-9a-f]{8}\.ndjson$/;
/** Suffix of the file with the replay offset of a segment, in bytes: `<segment>.done`. */
export const DONE = '.done';
const ALIVE = 'alive';

/** A segment file of the spool. */
export interface Segment {
  name: string;
  bytes: number;
}

/** A spool folder that one process owns, next to the folders of other processes. */
export interface SpoolFolder {
  path: string;
  /** Takes over the segments of processes that no longer run; returns them oldest first. */
  adopt(): Promise<Segment[]>;
  /** Gives up the folder. An empty folder is removed; otherwise the next process adopts it. */
  close(): Promise<void>;
}

/** Returns a unique segment name that sorts by age. */
export function segmentName(at: number): string {
  return `${String(at).padStart(15, '0')}-${randomBytes(4).toString('hex')}.ndjson`;
}

/**
 * Creates the folder of this process below `root`.
 * A Unix socket on which the process listens marks the folder as owned: it stops listening however the process ends. A process ID is not
 * sufficient (in a container it is always 1), and with a heartbeat a suspended process would lose its files.
 *
 * @throws the error of creating the folder or the socket, such as EACCES, or ENAMETOOLONG and EINVAL for a path of more than about 100 bytes.
 */
export async function openSpoolFolder(root: string): Promise<SpoolFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const name = `r-${randomBytes(4).toString('hex')}`;
  // The folder is renamed to its visible name after its socket exists, so that no other process adopts it.
  const hidden = join(root, `.${name}`);
  const path = join(root, name);
  await mkdir(hidden, { mode: 0o700 });
  const server = await listenAt(join(hidden, ALIVE));
  await rename(hidden, path);

  return {
    path,
    async adopt() {
      const adopted: Segment[] = [];
      for (const other of await readdir(root))
        if (other.startsWith('r-') && other !== name && !(await isAlive(join(root, other, ALIVE))))
          adopted.push(...(await takeOver(join(root, other), path)));
      return adopted.sort((one, two) => (one.name < two.name ? -1 : 1));
    },
    async close() {
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

/** Whether a process listens on the socket. Only ECONNREFUSED and ENOENT prove that none does. */
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

/** Moves the segments of another folder. When two processes do this concurrently, each file goes to one of them, because a rename succeeds once. */
async function takeOver(from: string, to: string): Promise<Segment[]> {
  const taken: Segment[] = [];
  const names = await readdir(from).catch(() => []);
  for (const name of names.filter((file) => SEGMENT.test(file))) {
    // The replay offset moves first; without it the segment would be replayed from its start.
    await rename(join(from, name + DONE), join(to, name + DONE)).catch(() => undefined);
    const moved = await rename(join(from, name), join(to, name)).then(
      () => true,
      () => false,
    );
    if (moved) taken.push({ name, bytes: (await stat(join(to, name))).size });
  }
  await syncFolder(to);
  await rm(join(from, ALIVE), { force: true });
  await rmdir(from).catch(() => undefined);
  return taken;
}

/** Syncs a folder to disk, so that new file names survive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
