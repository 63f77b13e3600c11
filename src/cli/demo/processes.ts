import axios from 'axios';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { type Child, startChild } from './children.js';
import type { DemoOptions } from './options.js';
import { choosePort } from './ports.js';
import { settingsFiles } from './settings.js';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** A running process of the demo, with the address of its HTTP server. */
export interface Running extends Child {
  readonly url: string;
}

/** Starts the processes of the demo. Each promise resolves when the process responds. */
export interface Processes {
  simulator(): Promise<Running>;
  receiver(number: number): Promise<Running>;
  worker(number: number): Promise<Running>;
  /** Checks that no process has exited unexpectedly. @throws CliError if one has. */
  check(): void;
  /** Stops all processes; the process that was started last is stopped first. */
  stopAll(): Promise<void>;
}

/** Starts and stops the processes of the demo. Their configuration files and logs are in `options.folder`. */
export function demoProcesses(options: DemoOptions, context: Context): Processes {
  const files = settingsFiles(options.folder);
  const running: Child[] = [];
  const start = async (
    name: string,
    script: string,
    words: readonly string[],
    port: number,
    probe: string,
  ) => {
    const environment = { RECERT_CONFIG: files.processes, DEMO_PORT: String(port) };
    const child = startChild(name, script, words, { folder: options.folder, environment });
    running.push(child);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(`${url}${probe}`, child, context);
    return Object.assign(child, { url });
  };
  return {
    simulator: async () => {
      const port = await choosePort(0);
      const words = ['--port', String(port), '--config', files.simulator];
      return start('simulator', 'simulator/main.js', words, port, '/__simulator/state');
    },
    receiver: async (number) =>
      start(
        `receiver-${number}`,
        'src/main.js',
        [],
        await choosePort(number === 1 ? options.port : 0),
        '/readyz',
      ),
    worker: async (number) =>
      start(`worker-${number}`, 'workers/main.js', [], await choosePort(0), '/readyz'),
    check: () => {
      const exited = running.find((child) => child.hasFallen());
      if (exited) throw new CliError(EXIT.failed, `${exited.name} exited unexpectedly. See ${exited.log}.`);
    },
    stopAll: async () => {
      for (const child of running.reverse()) await child.stop();
    },
  };
}

/**
 * Waits until a GET request to `url` returns 200. @throws CliError if the process exits or does not respond within
 * 60 seconds.
 */
async function untilReady(url: string, child: Child, context: Context): Promise<void> {
  const endAt = context.now() + START_TIMEOUT_MS;
  while (context.now() < endAt) {
    const answer = await axios.get(url, { timeout: 2_000, validateStatus: () => true }).catch(() => null);
    if (child.hasEnded()) break;
    if (answer?.status === 200) return;
    await context.wait(POLL_MS);
  }
  throw new CliError(EXIT.failed, `${child.name} did not start. See ${child.log}.`);
}
