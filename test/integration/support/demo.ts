import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LONG_PATIENCE_MS } from '../../support/eventually.js';
import { startTestRedis } from './redis.js';

/** The built command line. */
export const CLI = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

/** A run of the built `recert demo` with real processes, and a separate Redis, folder and ports. */
export interface DemoRun {
  /** Standard output so far. */
  said(): string;
  /**
   * Waits until the output matches. Rejects with the output and the ends of the logs when the demo exits before, or after the time limit.
   */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits until the demo has exited. */
  exitCode(): Promise<number | null>;
  /** Sends SIGINT, like Ctrl-C. */
  interrupt(): void;
  /** All logs of its processes. */
  logs(): Promise<string>;
  close(): Promise<void>;
}

/** Starts `recert demo` with these arguments. */
export async function startDemo(words: readonly string[]): Promise<DemoRun> {
  const folder = await mkdtemp(join(tmpdir(), 'recert-demo-'));
  const redis = await startTestRedis();
  const child = spawn(process.execPath, [CLI, 'demo', '--folder', folder, '--port', '0', ...words], {
    env: { ...process.env, REDIS_URL: redis.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let progress = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (progress += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  return {
    said: () => out,
    until: async (pattern) => {
      const found = await untilSaid(child, pattern, () => out);
      if (found) return found;
      throw new Error(
        `The demo never said ${String(pattern)}:\n${out}\n${progress}\n${await logEnds(folder)}`,
      );
    },
    exitCode: async () => (await ended)[0],
    interrupt: () => void child.kill('SIGINT'),
    logs: () => logsIn(folder),
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
      await redis.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The match of the pattern, or null when the demo exited or the time limit passed. */
async function untilSaid(
  child: ChildProcess,
  pattern: RegExp,
  said: () => string,
): Promise<RegExpExecArray | null> {
  const end = AbortSignal.timeout(LONG_PATIENCE_MS);
  const ended = once(child, 'close', { signal: end }).catch(() => null);
  while (child.exitCode === null && child.signalCode === null && !end.aborted) {
    const found = pattern.exec(said());
    // After this sentence the demo only waits for Ctrl-C.
    if (found || said().includes('The fleet lives on')) return found;
    await Promise.race([ended, once(child.stdout ?? child, 'data', { signal: end }).catch(() => null)]);
  }
  return pattern.exec(said());
}

async function logFiles(folder: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
}

async function logsIn(folder: string): Promise<string> {
  return (await logFiles(folder)).map(({ text }) => text).join('\n');
}

async function logEnds(folder: string): Promise<string> {
  const files = await logFiles(folder);
  return files.map(({ name, text }) => `--- ${name}\n${text.split('\n').slice(-25).join('\n')}`).join('\n');
}
