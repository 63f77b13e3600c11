import { setTimeout as after } from 'node:timers/promises';
import { createRandom } from '../../simulator/world/random.js';
import type { Running } from '../process.js';
import type { Stage } from '../stage.js';
import type { FaultRunOptions } from './options.js';
import { inRounds, type Rounds } from './rounds.js';

const REDIS_AWAY_MS = 1_000;

type Victim = keyof FaultRunOptions['kills'];

/** Whom it has hit while redistributions were under way. */
export interface Kills extends Rounds {
  counts(): Readonly<Record<Victim, number>>;
}

/** Ends one process after the other as a power cut would and starts it again, in an order that the seed makes. */
export function beginKills(
  stage: Stage,
  options: FaultRunOptions,
  workers: Running[],
  isUnderWay: () => Promise<boolean>,
): Kills {
  const random = createRandom(options.seed, 'kills');
  const counts = { workers: 0, redis: 0, jamf: 0 };
  const planned = random.shuffle(
    (Object.keys(counts) as Victim[]).flatMap((victim) =>
      Array.from({ length: options.kills[victim] }, () => victim),
    ),
  );
  let started = workers.length;
  const strike: Readonly<Record<Victim, () => Promise<unknown>>> = {
    workers: async () => {
      const index = random.int(0, workers.length - 1);
      await workers[index]?.kill();
      started += 1;
      workers[index] = await stage.worker(`worker-${started}`);
    },
    redis: async () => {
      await stage.server.kill();
      await after(REDIS_AWAY_MS);
      await stage.server.restart();
    },
    jamf: () => stage.control('actions', { action: 'restart', down: options.jamfDown }),
  };
  const rounds = inRounds(0, async () => {
    const victim = planned[0];
    if (victim === undefined) return 'done';
    await after(options.killEveryMs * random.between(0.5, 1.5));
    if (!(await isUnderWay())) return 'again';
    await strike[victim]();
    counts[victim] += 1;
    planned.shift();
    return 'again';
  });
  return { end: () => rounds.end(), counts: () => counts };
}
