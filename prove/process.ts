import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const START_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** A process of the proof, from the sources (`.ts`) or the build. What it says goes to a file of its own. */
export interface Running {
  /** What it has said that matched the pattern it was started with. */
  found: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts `node <script> <words>` and waits until its output matches `ready`.
 * @throws Error when it ends before, or takes too long
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
  const output = createWriteStream(log, { flags: 'a' });
  const loader = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, join(ROOT, script), ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let found = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(output, { end: false });
    stream.on('data', (chunk: Buffer) => {
      if (found !== '') return;
      said += chunk.toString();
      found = ready.exec(said)?.[1] ?? '';
    });
  }
  const ended = once(child, 'exit').finally(() => output.end());
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals) => {
    if (!hasEnded()) child.kill(signal);
    await ended;
  };
  const endAt = Date.now() + START_MS;
  while (found === '') {
    if (hasEnded() || Date.now() > endAt) {
      await end('SIGKILL');
      throw new Error(`${name} did not start: see ${log}`);
    }
    await after(LOOK_EVERY_MS);
  }
  return { found, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
