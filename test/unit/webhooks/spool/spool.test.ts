import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTelemetry } from '../../../../src/telemetry/bus.js';
import { spoolFolder, segmentName } from '../../../../src/webhooks/spool/folder.js';
import { readLine, writeLine } from '../../../../src/webhooks/spool/line.js';
import { openSpool, type Spool } from '../../../../src/webhooks/spool/spool.js';
import { SpoolFull } from '../../../../src/webhooks/spool/writer.js';
import { spooled as event } from './spooled.js';
import { eventually } from '../../../support/eventually.js';

let root: string;
let back: boolean;
let replayed: string[];
let told: string[];
let open: Spool[];
let failAfter: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'spool-'));
  [back, replayed, told, open, failAfter] = [false, [], [], [], Infinity];
});
afterEach(async () => {
  await Promise.all(open.map((spool) => spool.close()));
  await rm(root, { recursive: true, force: true });
});

async function start(mostBytes = 1_000_000): Promise<Spool> {
  const spool = await openSpool({
    folder: root,
    mostBytes,
    isBack: () => Promise.resolve(back),
    replay: (batch) => {
      if (replayed.length >= failAfter) return Promise.reject(new Error('away again'));
      replayed.push(...batch.map(({ identity }) => identity ?? ''));
      return Promise.resolve();
    },
    telemetry: createTelemetry((kind) => void told.push(kind)),
    now: Date.now,
    lookEveryMs: 5,
    adoptEveryMs: 5,
  });
  open.push(spool);
  return spool;
}

const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));
const appendAll = (spool: Spool, which: readonly string[]) =>
  Promise.all(which.map((name) => spool.append(event(name))));
const files = async () =>
  (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ndjson'));

it('a written line is parsed unchanged, and any other line is refused', () => {
  const line = writeLine(event('1'));
  expect(line.match(/\n/g)).toHaveLength(1);
  expect(readLine(line)).toMatchObject(event('1'));
  for (let length = 0; length < line.length - 1; length += 1)
    expect(readLine(line.slice(0, length))).toBeNull();
  expect(readLine('{"v":1}')).toBeNull();
});

it('replays webhooks from before and during the outage in order, and leaves no files', async () => {
  const spool = await start();
  expect(spool.active()).toBe(false);
  await appendAll(spool, names(0, 700));
  expect(spool.active()).toBe(true);
  back = true;
  await appendAll(spool, names(700, 900));
  await eventually(() => expect(spool.active()).toBe(false));
  expect(replayed).toEqual(names(0, 900));
  expect(spool.bytes()).toBe(0);
  expect(await files()).toEqual([]);
});

it('is readable by its owner only', async () => {
  const spool = await start();
  await spool.append(event('1'));
  const [file = ''] = await files();
  expect((await stat(join(root, file))).mode & 0o777).toBe(0o600);
});

it('continues at the same position when Redis fails again during the replay', async () => {
  const spool = await start();
  await appendAll(spool, names(0, 500));
  failAfter = 200;
  back = true;
  await eventually(() => expect(told).toContain('spool.stuck'));
  failAfter = Infinity;
  await eventually(() => expect(spool.active()).toBe(false));
  expect(replayed).toEqual(names(0, 500));
});

it('reports once that it is full, and accepts webhooks again when there is space', async () => {
  const spool = await start(3 * writeLine(event('1')).length);
  await spool.append(event('1'));
  await spool.append(event('2'));
  await spool.append(event('3'));
  await expect(spool.append(event('4'))).rejects.toThrow(SpoolFull);
  await expect(spool.append(event('5'))).rejects.toThrow(SpoolFull);
  expect(told.filter((kind) => kind === 'spool.full')).toHaveLength(1);
  expect(await spool.check()).toContain('full');
  back = true;
  await eventually(() => expect(spool.active()).toBe(false));
  expect(await spool.check()).toBeNull();
  expect(replayed).toEqual(['1', '2', '3']);
});

it('adopts the segments of dead processes, the oldest first, and skips a truncated last line', async () => {
  const dead = spoolFolder(root);
  await dead.claim();
  const [older, newer] = [segmentName(1), segmentName(2)];
  await appendFile(join(dead.path, newer), writeLine(event('3')) + writeLine(event('4')).slice(0, 40));
  await appendFile(join(dead.path, older), `${writeLine(event('1'))}\0\0\0\n${writeLine(event('2'))}`);
  const spool = await start();
  expect(spool.active()).toBe(false);
  expect(await files()).toHaveLength(2);
  await dead.close();
  back = true;
  await eventually(() => expect(replayed).toEqual(['1', '2', '3']));
  expect(told.filter((kind) => kind === 'spool.torn')).toHaveLength(2);
  await eventually(async () => expect(await files()).toEqual([]));
});

it('leaves webhooks that it could not replay to the next process', async () => {
  await (await start()).append(event('1'));
  await open.pop()?.close();
  const [file = ''] = await files();
  expect(await readFile(join(root, file), 'utf8')).toBe(writeLine(event('1')));
  back = true;
  await start();
  await eventually(() => expect(replayed).toEqual(['1']));
});

it('reports a failing disk', async () => {
  const spool = await start();
  await rm(root, { recursive: true });
  await expect(spool.append(event('1'))).rejects.toThrow('ENOENT');
  expect(told).toContain('spool.failed');
  expect(await spool.check()).toContain('ENOENT');
});

it('leaves a file of a newer version to a receiver of that version, and replays the others', async () => {
  const dead = spoolFolder(root);
  await dead.claim();
  const newer = writeLine(event('2')).replace('"v":1', '"v":2');
  await appendFile(join(dead.path, segmentName(1)), writeLine(event('1')) + newer);
  await appendFile(join(dead.path, segmentName(2)), writeLine(event('3')));
  await dead.close();
  back = true;
  const spool = await start();
  await eventually(() => expect(spool.active()).toBe(false));
  expect(replayed).toEqual(['3']);
  expect(told.filter((kind) => kind === 'spool.set-aside')).toHaveLength(1);
  expect(await files()).toHaveLength(1);
  await open.pop()?.close();
  const [left = ''] = await files();
  expect(await readFile(join(root, left), 'utf8')).toBe(writeLine(event('1')) + newer);
});
