import { createRandom, type Random } from '../../simulator/world/random.js';
import type { Redistribution, State } from '../../src/domain/redistribution/record.js';
import { INSTANCE, PROFILE, type Stage } from '../stage.js';
import type { FaultRunOptions } from './options.js';
import { HALVES } from './plan.js';
import { inRounds, type Rounds } from './rounds.js';

interface Scene {
  stage: Stage;
  options: FaultRunOptions;
  random: Random;
  id: number;
  record: Redistribution;
  /** When each Mac that is away comes back. */
  back: Map<number, number>;
}

type Strike = (scene: Scene) => Promise<void>;

const away: Strike = async ({ stage, options, random, id, back }) => {
  back.set(id, Date.now() + random.between(0.2, 1) * options.awayMs);
  await stage.control('actions', { action: 'offline', id });
};
const enrolAgain: Strike = async ({ stage, id }) => {
  await stage.control('actions', { action: 'reEnrol', id });
};
const rename: Strike = async ({ stage, random, id }) => {
  await stage.control('actions', { action: 'rename', id, name: `Mac ’${random.hex(40)}’ & söhne 🍎` });
};
/** The profile with the old certificate while the other one is on its way, or the one with the new certificate before the old is gone. */
const remove = (which: 'old' | 'new'): Strike => {
  return async ({ stage, id, record }) => {
    const [blue, green] = HALVES;
    const profileId = (record.direction === 'to-green') === (which === 'new') ? green : blue;
    await stage.control('actions', { action: 'removeProfile', id, profileId });
    await stage.control('actions', { action: 'reportInventory', id });
  };
};
const removeOld = remove('old');
const removeNew = remove('new');

const OLD_REMOVED = 'old profile removed by somebody, the command out';
const NEW_REMOVED = 'new profile removed by somebody, before it settled';

/** What may befall one Mac, and in which states of its redistribution. */
const MISHAPS: readonly { name: string; states: readonly State[]; strike: Strike }[] = [
  { name: 'Mac offline before the trigger', states: ['blocked', 'eligible'], strike: away },
  { name: 'Mac offline, the command out', states: ['pushed', 'triggered'], strike: away },
  { name: 'Mac offline, the certificate not in inventory yet', states: ['verifying'], strike: away },
  { name: 'Mac offline while excluded', states: ['excluded', 'including'], strike: away },
  { name: 'Mac renamed', states: ['pushed', 'verifying'], strike: rename },
  { name: 'Mac enrolled again while it waits', states: ['blocked'], strike: enrolAgain },
  { name: 'Mac enrolled again, the command out', states: ['pushed', 'triggered'], strike: enrolAgain },
  { name: 'Mac enrolled again, not proven yet', states: ['verifying'], strike: enrolAgain },
  { name: 'Mac enrolled again while excluded', states: ['excluded', 'including'], strike: enrolAgain },
  { name: OLD_REMOVED, states: ['pushed'], strike: removeOld },
  { name: NEW_REMOVED, states: ['verified'], strike: removeNew },
];

/** What befalls Macs. */
export interface Mishaps extends Rounds {
  /** How often each kind has struck. */
  strikes(): ReadonlyMap<string, number>;
  /** Has everybody come back. */
  bringBack(): Promise<void>;
  /** Ids of Macs that enrolled again. */
  enrolledAgain(): ReadonlySet<number>;
  /** Ids of Macs that lost their new certificate: they need another one. */
  robbed(): ReadonlySet<number>;
}

/** Lets them begin: one after the other, each kind as often as planned, each Mac once; the seed chooses among those in a fitting state. */
export function beginMishaps(
  stage: Stage,
  options: FaultRunOptions,
  isInFlow: () => Promise<boolean>,
): Mishaps {
  const random = createRandom(options.seed, 'mishaps');
  const strikes = new Map(MISHAPS.map(({ name }) => [name, 0]));
  const struck = new Set<number>();
  const enrolled = new Set<number>();
  const robbed = new Set<number>();
  const back = new Map<number, number>();
  const left = () => MISHAPS.filter(({ name }) => (strikes.get(name) ?? 0) < options.mishaps);

  const bringBack = async (now: number) => {
    for (const [id, at] of back) {
      if (at > now) continue;
      await stage.control('actions', { action: 'online', id });
      back.delete(id);
    }
  };
  const fitting = async ({ states, strike }: (typeof MISHAPS)[number]) => {
    const pages = await Promise.all(
      states.map((state) => stage.redistributions.page(INSTANCE, { state, profile: PROFILE, limit: 60 })),
    );
    return pages
      .flatMap(({ redistributions }) => redistributions)
      .filter(({ computerId }) => !struck.has(Number(computerId)))
      .filter((record) => strike !== removeOld || overlaps(record))
      .filter((record) => strike !== removeNew || settlesLater(record));
  };
  const rounds = inRounds(options.mishapEveryMs, async () => {
    await bringBack(Date.now());
    if (!(await isInFlow())) return 'again';
    for (const mishap of random.shuffle(left())) {
      const { name, strike } = mishap;
      const candidates = await fitting(mishap);
      if (candidates.length === 0) continue;
      const record = random.pick(candidates);
      const id = Number(record.computerId);
      // Noted before: of a strike that fails a part may be done.
      struck.add(id);
      if (strike === enrolAgain) enrolled.add(id);
      if (strike === removeNew) robbed.add(id);
      try {
        await strike({ stage, options, random, id, record, back });
      } catch {
        // Jamf is down, or the Mac is gone: another time, and another Mac.
        return 'again';
      }
      strikes.set(name, (strikes.get(name) ?? 0) + 1);
      return 'again';
    }
    return 'again';
  });
  return {
    end: () => rounds.end(),
    strikes: () => strikes,
    bringBack: () => bringBack(Infinity),
    enrolledAgain: () => enrolled,
    robbed: () => robbed,
  };
}

function settlesLater({ closedAt, settlement }: Redistribution): boolean {
  return closedAt === null && settlement?.kind === 'finish' && settlement.dueAt > Date.now();
}

function overlaps({ attempts }: Redistribution): boolean {
  return attempts.at(-1)?.overlaps ?? false;
}
