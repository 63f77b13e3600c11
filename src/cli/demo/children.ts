import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as after } from 'node:timers/promises';

/** The folder of the build, from which the processes of the demo are started as in production. */
const DIST = fileURLToPath(new URL('../../../', import.meta.url));

/** How long a child may take to stop by itself before it is killed. */
const PATIENCE_MS = 15_000;

/** A process that the demo started. What it prints goes to a file of its own. */
export interface Child {
  readonly name: string;
  readonly log: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop, and ends it when it does not. */
  stop(): Promise<void>;
  hasEnded(): boolean;
  /** Whether it ended although nobody asked it to. */
  hasFallen(): boolean;
}

/** Where a child writes its log and what it sees of the environment. */
export interface ChildOptions {
  folder: string;
  environment?: Readonly<Record<string, string>>;
}

/** Starts `node dist/<script> <words>`. */
export function startChild(
  name: string,
  script: string,
  words: readonly string[],
  options: ChildOptions,
): Child {
  mkdirSync(options.folder, { recursive: true });
  const log = join(options.folder, `${name}.log`);
  const output = createWriteStream(log, { flags: 'a' });
  // A group of its own: Ctrl-C in the terminal reaches the demo alone, which then stops its children in order.
  const child = spawn(process.execPath, [join(DIST, script), ...words], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  let asked = false;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const ended = once(child, 'exit').finally(() => output.end());
  return {
    name,
    log,
    hasEnded,
    hasFallen: () => hasEnded() && !asked,
    kill: async () => {
      asked = true;
      signal(child, 'SIGKILL');
      await ended;
    },
    stop: async () => {
      asked = true;
      signal(child, 'SIGTERM');
      const patience = new AbortController();
      const late = after(PATIENCE_MS, 'late', { signal: patience.signal }).catch(() => 'ended');
      if ((await Promise.race([ended, late])) === 'late') signal(child, 'SIGKILL');
      patience.abort();
      await ended;
    },
  };
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(name);
}
