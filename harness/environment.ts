import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Child, programWords, startNode } from './child.mjs';
import { openRedis, type PrivateRedis } from './redis.js';

/** The programs of the project: path without file extension, and the line with their address. */
const PROGRAMS = {
  receiver: { path: 'src/main', ready: /receiver listens on (http:[^\s"]+)/ },
  worker: { path: 'workers/main', ready: /worker listens on (http:[^\s"]+)/ },
  simulator: { path: 'simulator/main', ready: /Simulated Jamf Pro: (\S+)/ },
};

/** A program that listens on `url`. */
export interface Program extends Child {
  url: string;
}

export interface ProgramOptions {
  /**
   * Name of the configuration file and of the log file. Required if the environment starts several programs of the
   * same kind.
   */
  name?: string;
  /** Number of characters of the output that are kept in memory; default: all. */
  keep?: number;
}

/** A test environment: a folder, and the parts that were started in it. */
export interface Environment {
  folder: string;
  redis(): Promise<PrivateRedis>;
  /** Starts a program as a separate process. Resolves when it listens. `settings`: its configuration, as object or as YAML. */
  program(
    program: keyof typeof PROGRAMS,
    settings: object | string,
    options?: ProgramOptions,
  ): Promise<Program>;
  /** Adds a part that `close` stops. Returns the part. */
  add<Part>(part: Part, stop: (part: Part) => unknown): Part;
  /**
   * Stops all parts, beginning with the part that was started last. Processes are killed. If a part cannot be
   * stopped, the remaining parts are still stopped.
   */
  close(): Promise<void>;
}

/**
 * Creates an environment and starts its parts with `setUp`. If `setUp` fails, the parts that were started are
 * stopped before the error is thrown. `close` keeps the given `folder`. Without `folder`, the environment has a
 * temporary folder.
 */
export async function openEnvironment<T>(
  setUp: (environment: Environment) => Promise<T>,
  folder?: string,
): Promise<T> {
  const environment = await createEnvironment(folder);
  try {
    return await setUp(environment);
  } catch (error) {
    await environment.close();
    throw error;
  }
}

async function createEnvironment(given?: string): Promise<Environment> {
  // The name is short, because the spool has a Unix socket in this folder, whose path is limited to about 100
  // characters.
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'rc-')));
  await mkdir(folder, { recursive: true });
  const stops: (() => unknown)[] = [];
  const add: Environment['add'] = (part, stop) => {
    stops.push(() => stop(part));
    return part;
  };
  if (given === undefined) add(folder, () => rm(folder, { recursive: true, force: true }));
  return {
    folder,
    add,
    redis: async () => add(await openRedis(join(folder, 'redis')), (redis) => redis.close()),
    program: async (program, settings, { name = program, keep } = {}) => {
      const { path, ready } = PROGRAMS[program];
      const file = join(folder, `${name}.yaml`);
      await writeFile(file, typeof settings === 'string' ? settings : stringify(settings), { mode: 0o600 });
      const child = startNode(programWords(path).concat(program === 'simulator' ? ['--config', file] : []), {
        env: { ...process.env, RECERT_CONFIG: file },
        log: join(folder, `${name}.log`),
        keep,
      });
      add(child, () => child.end('SIGKILL'));
      return { ...child, url: await child.until(ready) };
    },
    close: async () => {
      const failures: unknown[] = [];
      for (let stop = stops.pop(); stop; stop = stops.pop()) {
        try {
          await stop();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'Parts of the environment did not stop.');
    },
  };
}
