import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { segmentName } from '../../../../src/webhooks/spool/folder.js';
import { writeLine } from '../../../../src/webhooks/spool/line.js';
import { spooled } from './spooled.js';

const run = promisify(execFile);
const CHILD = new URL('full-disk-child.ts', import.meta.url).pathname;
/** Webhooks per segment: more than one batch of the replay. */
const PER_SEGMENT = 250;
const SEGMENTS = 3;
const APPENDS = 60;

/**
 * Shell scripts that fill the disk and start the child in it. Parameters: folder with the seed, mount point, command. A file size limit
 * works for every user; a mount needs root or user namespaces, and is private to the child, so that it ends with it.
 */
const MOUNT = (options: string) => `set -e
mount -t tmpfs -o ${options} recert "$2"
cp -r "$1/." "$2"
`;
const START = `root=$2; shift 2; exec "$@" "$root" ${APPENDS}`;
const NAMESPACE = ['unshare', '-Urm'];
const canMount = (() => {
  try {
    const [command = '', ...args] = NAMESPACE;
    execFileSync(command, [...args, 'mount', '-t', 'tmpfs', 'recert', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const limited = {
  disk: 'a file size limit of 0',
  prefix: [],
  script: `set -e; cp -r "$1/." "$2"; ulimit -f 0; ${START}`,
  error: 'EFBIG',
};
const mounted = [
  {
    disk: 'a full file system',
    prefix: NAMESPACE,
    script: `${MOUNT('size=1m')} dd if=/dev/zero of="$2/filler" bs=1k 2>/dev/null || true; ${START}`,
    error: 'ENOSPC',
  },
  {
    disk: 'a file system that cannot create another file or folder',
    prefix: NAMESPACE,
    script: `${MOUNT('size=1m,nr_inodes=30')} n=0; while touch "$2/$n" 2>/dev/null; do n=$((n+1)); done; ${START}`,
    error: 'ENOSPC',
  },
];

const outcome = z.object({
  replayed: z.array(z.string()),
  errors: z.array(z.string()),
  before: z.number(),
  after: z.number(),
  readiness: z.object({ away: z.string(), back: z.object({ note: z.string() }) }),
  bytes: z.number(),
  events: z.array(z.string()),
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'full-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const names = Array.from({ length: SEGMENTS * PER_SEGMENT }, (_, index) => `old-${index}`);

/** Creates the files that a stopped receiver left: full segments only. */
async function leaveSegments(): Promise<string> {
  const seed = join(folder, 'seed');
  await mkdir(join(seed, 'r-0000dead'), { recursive: true });
  for (let index = 0; index < SEGMENTS; index += 1)
    await writeFile(
      join(seed, 'r-0000dead', segmentName(index)),
      names
        .slice(index * PER_SEGMENT, (index + 1) * PER_SEGMENT)
        .map((name) => writeLine(spooled(name)))
        .join(''),
    );
  return seed;
}

it.each(canMount ? [limited, ...mounted] : [limited])(
  'drains on $disk, leaves no file per rejected webhook, and reports the cause',
  async ({ prefix, script, error }) => {
    const seed = await leaveSegments();
    const root = join(folder, 'root');
    await mkdir(root);
    const command = [
      ...prefix,
      'sh',
      '-c',
      script,
      'sh',
      seed,
      root,
      process.execPath,
      '--import',
      'tsx',
      CHILD,
    ];
    const { stdout } = await run(command[0] ?? '', command.slice(1), { timeout: 4 * 60_000 });
    const result = outcome.parse(JSON.parse(stdout));

    expect(result.replayed).toEqual(names);
    expect(result.bytes).toBe(0);
    expect(result.errors).toEqual([error]);
    expect([result.before, result.after]).toEqual([SEGMENTS, SEGMENTS]);
    expect(result.readiness.away).toContain(error);
    expect(result.readiness.back.note).toContain(error);
    expect(result.events).toContain('spool.unwritable');
    expect(result.events).not.toContain('spool.stuck');
  },
);
