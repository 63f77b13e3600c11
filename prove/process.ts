import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const START_MS = 120_000;
const POLL_MS = 50;

/** A process of the test environment. Its output is appended to a separate log file. */
export interface Running {
  /** First capture group of the `ready` pattern, such as the address of the process. */
  found: string;
  /** Sends SIGKILL, like a power failure. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts `node <script> <words>` and waits until its output matches `ready`. A `.ts` script runs with tsx.
 * @throws Error when the process exits earlier or is not ready within 120 seconds
 */
export async function startProcess(
  name: string,
  {
    script,
    words = [],
    ready,
    folder,
    environment = {},
  }: {
    script: string;
    words?: readonly string[];
    ready: RegExp;
    folder: string;
    environment?: Readonly<Record<string, string>>;
  },
): Promise<Running> {
  const log = join(folder, `${name}.log`);
  const logFile = createWriteStream(log, { flags: 'a' });
  const loader = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, join(ROOT, script), ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let found = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(logFile, { end: false });
    stream.on('data', (chunk: Buffer) => {
      if (found !== '') return;
      output += chunk.toString();
      found = ready.exec(output)?.[1] ?? '';
    });
  }
  const ended = once(child, 'exit').finally(() => logFile.end());
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals) => {
    if (!hasEnded()) child.kill(signal);
    await ended;
  };
  const endAt = Date.now() + START_MS;
  while (found === '') {
    if (hasEnded() || Date.now() > endAt) {
      await end('SIGKILL');
      throw new Error(`${name} did not start. Check ${log}.`);
    }
    await after(POLL_MS);
  }
  return { found, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
