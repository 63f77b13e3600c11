import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as after } from 'node:timers/promises';

/** Folder of the build. The demo starts the built programs, as in production. */
const DIST = fileURLToPath(new URL('../../../', import.meta.url));

/** A process that has not stopped within this time after SIGTERM is killed, milliseconds. */
const STOP_TIMEOUT_MS = 15_000;

/** A process that the demo started. Its output is written to the file `log`. */
export interface Child {
  readonly name: string;
  readonly log: string;
  /** Kills the process (SIGKILL), which simulates a power failure. */
  kill(): Promise<void>;
  /** Stops the process (SIGTERM), and kills it after a timeout. */
  stop(): Promise<void>;
  hasEnded(): boolean;
  /** Whether the process exited although the demo did not stop or kill it. */
  hasFallen(): boolean;
}

/** Folder of the log of a process, and additional environment variables. */
export interface ChildOptions {
  folder: string;
  environment?: Readonly<Record<string, string>>;
}

/** Starts `node dist/<script> <words>`. The output of the process is written to `<folder>/<name>.log`. */
export function startChild(
  name: string,
  script: string,
  words: readonly string[],
  options: ChildOptions,
): Child {
  mkdirSync(options.folder, { recursive: true });
  const log = join(options.folder, `${name}.log`);
  const output = createWriteStream(log, { flags: 'a' });
  // Each process gets a separate process group, so Ctrl-C reaches only the demo. The demo then stops its processes
  // in order.
  const child = spawn(process.execPath, [join(DIST, script), ...words], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  let stopping = false;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ended = once(child, 'exit').finally(() => output.end());
  return {
    name,
    log,
    hasEnded,
    hasFallen: () => hasEnded() && !stopping,
    kill: async () => {
      stopping = true;
      signal(child, 'SIGKILL');
      await ended;
    },
    stop: async () => {
      stopping = true;
      signal(child, 'SIGTERM');
      const timer = new AbortController();
      const late = after(STOP_TIMEOUT_MS, 'late', { signal: timer.signal }).catch(() => 'cleared');
      if ((await Promise.race([ended, late])) === 'late') signal(child, 'SIGKILL');
      timer.abort();
      await ended;
    },
  };
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(name);
}
