import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestRedis } from './redis.js';

/** The built command line. */
export const CLI = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

/** A run of the built `recert demo`: real processes, a Redis of its own, its own folder and ports. */
export interface DemoRun {
  /** Everything it printed on standard output so far. */
  said(): string;
  /** Waits until it printed something; fails when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits until it has ended by itself; `said` and the exit code tell how. */
  exitCode(): Promise<number | null>;
  /** Ends it as Ctrl-C does. */
  interrupt(): void;
  /** All logs of its processes. */
  logs(): Promise<string>;
  close(): Promise<void>;
}

/** Starts `recert demo` with these words. */
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
    until: (pattern) =>
      untilSaid(
        child,
        pattern,
        () => out,
        () => progress,
      ),
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

function untilSaid(
  child: ChildProcess,
  pattern: RegExp,
  said: () => string,
  progress: () => string,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = pattern.exec(said());
      if (found) resolve(found);
    };
    child.stdout?.on('data', look);
    child.on('exit', () => {
      look();
      reject(
        new Error(`The demo ended without saying ${String(pattern)}. It said:\n${said()}\n${progress()}`),
      );
    });
    look();
  });
}

async function logsIn(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join('\n');
}
