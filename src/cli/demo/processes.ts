import axios from 'axios';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { type Child, startChild } from './children.js';
import type { DemoOptions } from './options.js';
import { choosePort } from './ports.js';
import { settingsFiles } from './settings.js';

const START_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** A process of the demo and where it is reached. */
export interface Running extends Child {
  readonly url: string;
}

/** Starts the processes of a run, each ready when its promise resolves. */
export interface Processes {
  simulator(): Promise<Running>;
  receiver(number: number): Promise<Running>;
  worker(number: number): Promise<Running>;
  /** @throws CliError when one has ended although nobody asked it to: nothing would come of waiting on. */
  check(): void;
  /** Ends everything, the last started first. */
  stopAll(): Promise<void>;
}

/** The processes of a run in `options.folder`, which also gets their logs. */
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
      const fallen = running.find((child) => child.hasFallen());
      if (fallen) throw new CliError(EXIT.failed, `${fallen.name} ended by itself: see ${fallen.log}`);
    },
    stopAll: async () => {
      for (const child of running.reverse()) await child.stop();
    },
  };
}

/** Waits until a process answers 200. @throws CliError when it ends before, or takes too long. */
async function untilReady(url: string, child: Child, context: Context): Promise<void> {
  const endAt = context.now() + START_MS;
  while (context.now() < endAt) {
    const answer = await axios.get(url, { timeout: 2_000, validateStatus: () => true }).catch(() => null);
    if (child.hasEnded()) break;
    if (answer?.status === 200) return;
    await context.wait(LOOK_EVERY_MS);
  }
  throw new CliError(EXIT.failed, `${child.name} did not start: see ${child.log}`);
}
