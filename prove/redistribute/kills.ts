import { setTimeout as after } from 'node:timers/promises';
import { createRandom } from '../../simulator/world/random.js';
import type { Program } from '../../harness/environment.js';
import type { FaultEnvironment } from './faults.js';
import type { FaultRunOptions } from './options.js';
import { repeat, type RepeatedTask } from './repeat.js';

const REDIS_AWAY_MS = 1_000;

type Target = keyof FaultRunOptions['kills'];

/** Requests at which workers are frozen: a read of group members, which a write may follow, and the write. */
const CALLS = [/^GET \/JSSResource\/computergroups/, /^PUT \/JSSResource\/computergroups/];

/** Disturbs processes. `counts` are the disturbances so far, by kind. */
export interface Kills extends RepeatedTask {
  counts(): Readonly<Record<Target, number>>;
}

/**
 * Disturbs processes one after another while redistributions are in progress. Kills processes with SIGKILL and
 * restarts them, freezes a worker at a call to Jamf Pro and resumes it, or adds a worker whose configuration
 * exchanges the two groups. The seed determines the order.
 */
export function startKills(
  environment: FaultEnvironment,
  options: FaultRunOptions,
  workers: Program[],
  isUnderWay: () => Promise<boolean>,
): Kills {
  const random = createRandom(options.seed, 'kills');
  const counts = { workers: 0, frozen: 0, misconfigured: 0, redis: 0, jamf: 0 };
  const planned = random.shuffle(
    (Object.keys(counts) as Target[]).flatMap((target) =>
      Array.from({ length: options.kills[target] }, () => target),
    ),
  );
  let started = workers.length;
  // A worker is frozen or misconfigured while the next disturbances follow.
  const disturbed: Promise<unknown>[] = [];
  const nextName = () => {
    started += 1;
    return `worker-${started}`;
  };
  const kill: Readonly<Record<Target, (ended: AbortSignal) => Promise<unknown>>> = {
    workers: async () => {
      const index = random.int(0, workers.length - 1);
      await workers[index]?.end('SIGKILL');
      workers[index] = await environment.worker(nextName());
    },
    frozen: async (ended) => {
      const { process } = random.pick(workers);
      await environment.proxy.request(random.pick(CALLS), ended);
      process.kill('SIGSTOP');
      disturbed.push(after(options.frozenMs).then(() => process.kill('SIGCONT')));
    },
    misconfigured: async () => {
      const worker = await environment.misconfigured(nextName());
      disturbed.push(after(options.frozenMs).then(() => worker.end('SIGKILL')));
    },
    redis: async () => {
      await environment.server.kill();
      await after(REDIS_AWAY_MS);
      await environment.server.restart();
    },
    jamf: () => environment.control('actions', { action: 'restart', down: options.jamfDown }),
  };
  const task = repeat(0, async (ended) => {
    const target = planned[0];
    if (target === undefined) return 'done';
    await after(options.killEveryMs * random.between(0.5, 1.5));
    if (!(await isUnderWay())) return 'again';
    await kill[target](ended);
    if (ended.aborted) return 'done';
    counts[target] += 1;
    planned.shift();
    return 'again';
  });
  return {
    end: async () => {
      await task.end();
      await Promise.all(disturbed);
    },
    counts: () => counts,
  };
}
