import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recert-simulator-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulator/main.ts', ...args], { cwd: root });
  const output = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.error += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return { child, output, ended };
}

describe('npm run simulator', () => {
  it('prints one line, merges options of flags and file, and exits with 0 on SIGTERM', async () => {
    const file = join(folder, 'simulator.yaml');
    await writeFile(file, 'fleet: { computers: 3, due: 1 }\nhttp: { version: 11.29.0-t1 }\n');
    const { child, output, ended } = start('--config', file, '--computers', '7', '--seed', 'abc');
    await expect.poll(() => output.out).toMatch(/\n$/);
    expect(output.out).toMatch(/^Simulated Jamf Pro: http:\S+ · control: http:\S+\/__simulator\/state\n$/);
    const controlUrl = /control: (\S+)/.exec(output.out)?.[1] ?? '';
    const state: unknown = await (await fetch(controlUrl)).json();
    expect(state).toMatchObject({ version: '11.29.0-t1', fleet: { computers: 7, due: 1 } });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(output.error).toBe('');
  });

  it.each([
    [['--computers', '-3'], 'fleet.computers'],
    [['--port', 'x'], 'must be a number'],
    [['--config', '/does/not/exist.yaml'], 'ENOENT'],
  ])('prints the error for %j and exits with 1', async (args, message) => {
    const { output, ended } = start(...args);
    expect(await ended).toBe(1);
    expect(output.error).toContain(message);
  });
});
