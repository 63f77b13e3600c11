import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const SEGMENT = /^\d{15}-[0-9a-f]{8}\.ndjson$/;
/** How far a segment has been replayed, in bytes: `<segment>.done`. */
export const DONE = '.done';
const ALIVE = 'alive';

/** A file of the spool. */
export interface Segment {
  name: string;
  bytes: number;
}

/** A folder that one process owns, and what dead processes left beside it. */
export interface SpoolFolder {
  path: string;
  /** Takes over the segments of processes that are gone, the oldest first. */
  adopt(): Promise<Segment[]>;
  /** Gives the folder up; it is removed when it is empty, else the next process adopts it. */
  close(): Promise<void>;
}

/** A name that sorts by age and that no other process makes. */
export function segmentName(at: number): string {
  return `${String(at).padStart(15, '0')}-${randomBytes(4).toString('hex')}.ndjson`;
}

/**
 * Makes a folder of this process' own below `root`.
 * Ownership is a Unix socket that the process listens on: however it ends, nobody listens any longer. A process id would not do (in a
 * container it is always 1), nor would a heartbeat (a process that was merely stopped for a while would lose its files).
 *
 * @throws what making the folder or listening throws, such as EACCES, or ENAMETOOLONG and EINVAL when the path has more than some 100 bytes.
 */
export async function openSpoolFolder(root: string): Promise<SpoolFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const name = `r-${randomBytes(4).toString('hex')}`;
  // With its socket before it gets the name under which others see it.
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

/** Only a refusal, or no socket at all, proves that nobody listens. */
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

/** Two that do this at the same time share the files: a rename succeeds once. */
async function takeOver(from: string, to: string): Promise<Segment[]> {
  const taken: Segment[] = [];
  const names = await readdir(from).catch(() => []);
  for (const name of names.filter((one) => SEGMENT.test(one))) {
    // How far it was replayed goes first: without it, it would be replayed from its start.
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

/** A file whose name is not durable is not there after a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
