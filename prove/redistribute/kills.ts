import { setTimeout as after } from 'node:timers/promises';
import { createRandom } from '../../simulator/world/random.js';
import type { Program } from '../../harness/environment.js';
import type { FleetEnvironment } from '../environment.js';
import type { FaultRunOptions } from './options.js';
import { repeat, type RepeatedTask } from './repeat.js';

const REDIS_AWAY_MS = 1_000;

type Target = keyof FaultRunOptions['kills'];

/** Kills processes. `counts` are the kills so far, by kind of process. */
export interface Kills extends RepeatedTask {
  counts(): Readonly<Record<Target, number>>;
}

/** Kills processes one after another with SIGKILL while redistributions are in progress, and restarts them. The seed sets the order. */
export function startKills(
  environment: FleetEnvironment,
  options: FaultRunOptions,
  workers: Program[],
  isUnderWay: () => Promise<boolean>,
): Kills {
  const random = createRandom(options.seed, 'kills');
  const counts = { workers: 0, redis: 0, jamf: 0 };
  const planned = random.shuffle(
    (Object.keys(counts) as Target[]).flatMap((target) =>
      Array.from({ length: options.kills[target] }, () => target),
    ),
  );
  let started = workers.length;
  const kill: Readonly<Record<Target, () => Promise<unknown>>> = {
    workers: async () => {
      const index = random.int(0, workers.length - 1);
      await workers[index]?.end('SIGKILL');
      started += 1;
      workers[index] = await environment.worker(`worker-${started}`);
    },
    redis: async () => {
      await environment.server.kill();
      await after(REDIS_AWAY_MS);
      await environment.server.restart();
    },
    jamf: () => environment.control('actions', { action: 'restart', down: options.jamfDown }),
  };
  const task = repeat(0, async () => {
    const target = planned[0];
    if (target === undefined) return 'done';
    await after(options.killEveryMs * random.between(0.5, 1.5));
    if (!(await isUnderWay())) return 'again';
    await kill[target]();
    counts[target] += 1;
    planned.shift();
    return 'again';
  });
  return { end: () => task.end(), counts: () => counts };
}
