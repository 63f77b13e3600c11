import { createRandom, type Random } from '../../simulator/world/random.js';
import type { Redistribution, State } from '../../src/domain/redistribution/record.js';
import { INSTANCE, PROFILE, type FleetEnvironment } from '../environment.js';
import type { FaultRunOptions } from './options.js';
import { HALVES } from './plan.js';
import { repeat, type RepeatedTask } from './repeat.js';

interface EventContext {
  environment: FleetEnvironment;
  options: FaultRunOptions;
  random: Random;
  id: number;
  record: Redistribution;
  /** The action that ends the event of a Mac, and its time (epoch milliseconds), by computer ID. */
  ends: Map<number, { at: number; action: object }>;
}

type Action = (context: EventContext) => Promise<void>;

/**
 * Schedules the action that ends an event. Called before the event begins, because an action that fails may have
 * taken effect.
 */
const endLater = ({ options, random, id, ends }: EventContext, action: object) =>
  ends.set(id, { at: Date.now() + random.between(0.2, 1) * options.maxOfflineMs, action });

const takeOffline: Action = async (context) => {
  const { environment, id } = context;
  endLater(context, { action: 'online', id });
  await environment.control('actions', { action: 'offline', id });
};
const reEnroll: Action = async ({ environment, id }) => {
  await environment.control('actions', { action: 'reEnrol', id });
};
const rename: Action = async ({ environment, random, id }) => {
  await environment.control('actions', { action: 'rename', id, name: `Mac ’${random.hex(40)}’ & söhne 🍎` });
};
function profileOf({ record }: EventContext, which: 'old' | 'new'): number | undefined {
  const [blue, green] = HALVES;
  return (record.direction === 'to-green') === (which === 'new') ? green : blue;
}
/**
 * Removes a profile from the Mac: the old profile while the new one is pending, or the new profile before the old
 * one is removed. The Mac does not report the removal, so Jamf Pro shows the profile until the next inventory
 * report.
 */
const remove = (which: 'old' | 'new'): Action => {
  return async (context) => {
    const { environment, id } = context;
    await environment.control('actions', {
      action: 'removeProfile',
      id,
      profileId: profileOf(context, which),
    });
  };
};
/** An administrator excludes the Mac from the scope of the new profile, so that Jamf Pro removes it, and later corrects the scope. */
const excludeFromNew: Action = async (context) => {
  const { environment, id } = context;
  const change = { action: 'setExcluded', id, profileId: profileOf(context, 'new') };
  endLater(context, { ...change, excluded: false });
  await environment.control('actions', { ...change, excluded: true });
};
const removeOld = remove('old');
const removeNew = remove('new');

const OLD_REMOVED = 'old profile removed by a user, command sent';
const NEW_REMOVED = 'new profile removed by a user before the old one was retired';
const NEW_OUT_OF_SCOPE = 'scope of the new profile changed before the old one was retired';

/** Chaos events for single Macs, with the states of the redistribution in which they occur. */
const CHAOS_EVENTS: readonly { name: string; states: readonly State[]; run: Action }[] = [
  { name: 'Mac offline before the trigger', states: ['blocked', 'eligible'], run: takeOffline },
  { name: 'Mac offline, command sent', states: ['pushed', 'triggered'], run: takeOffline },
  { name: 'Mac offline, certificate not in inventory yet', states: ['verifying'], run: takeOffline },
  { name: 'Mac offline while excluded', states: ['excluded', 'including'], run: takeOffline },
  { name: 'Mac renamed', states: ['pushed', 'verifying'], run: rename },
  { name: 'Mac enrolled again while blocked', states: ['blocked'], run: reEnroll },
  { name: 'Mac enrolled again, command sent', states: ['pushed', 'triggered'], run: reEnroll },
  { name: 'Mac enrolled again, not verified yet', states: ['verifying'], run: reEnroll },
  { name: 'Mac enrolled again while excluded', states: ['excluded', 'including'], run: reEnroll },
  { name: OLD_REMOVED, states: ['pushed'], run: removeOld },
  { name: NEW_REMOVED, states: ['verified'], run: removeNew },
  { name: NEW_OUT_OF_SCOPE, states: ['verified'], run: excludeFromNew },
];

/** Running chaos events of Macs. */
export interface ChaosEvents extends RepeatedTask {
  /** Number of occurrences by event name. */
  counts(): ReadonlyMap<string, number>;
  /** Ends all events: brings all offline Macs online, and corrects all scopes. */
  bringBack(): Promise<void>;
  /** IDs of Macs that enrolled again. */
  enrolledAgain(): ReadonlySet<number>;
  /** IDs of Macs that lost their new certificate and need another certificate. */
  lostCertificate(): ReadonlySet<number>;
  /** IDs of Macs that lost their new profile by a change of its scope. Jamf Pro installs it again after the correction. */
  outOfScope(): ReadonlySet<number>;
}

/**
 * Starts the chaos events. They occur one at a time, while enough redistributions are in progress. Each kind of
 * event occurs `options.chaosEvents` times, and each Mac is affected once. The seed selects among the Macs in a
 * matching state.
 */
export function startChaosEvents(
  environment: FleetEnvironment,
  options: FaultRunOptions,
  isLoaded: () => Promise<boolean>,
): ChaosEvents {
  const random = createRandom(options.seed, 'mishaps');
  const occurrences = new Map(CHAOS_EVENTS.map(({ name }) => [name, 0]));
  const affected = new Set<number>();
  const enrolled = new Set<number>();
  const lostCertificate = new Set<number>();
  const outOfScope = new Set<number>();
  const ends: EventContext['ends'] = new Map();
  const remaining = () =>
    CHAOS_EVENTS.filter(({ name }) => (occurrences.get(name) ?? 0) < options.chaosEvents);

  const bringBack = async (now: number) => {
    for (const [id, { at, action }] of ends) {
      if (at > now) continue;
      await environment.control('actions', action);
      ends.delete(id);
    }
  };
  const candidatesFor = async ({ states, run }: (typeof CHAOS_EVENTS)[number]) => {
    const pages = await Promise.all(
      states.map((state) =>
        environment.redistributions.page(INSTANCE, { state, profile: PROFILE, limit: 60 }),
      ),
    );
    return pages
      .flatMap(({ redistributions }) => redistributions)
      .filter(({ computerId }) => !affected.has(Number(computerId)))
      .filter((record) => run !== removeOld || overlaps(record))
      .filter((record) => (run !== removeNew && run !== excludeFromNew) || settlesLater(record));
  };
  const task = repeat(options.chaosEventEveryMs, async () => {
    await bringBack(Date.now());
    if (!(await isLoaded())) return 'again';
    for (const event of random.shuffle(remaining())) {
      const { name, run } = event;
      const candidates = await candidatesFor(event);
      if (candidates.length === 0) continue;
      const record = random.pick(candidates);
      const id = Number(record.computerId);
      // Recorded first, because an action that fails may have taken effect in part.
      affected.add(id);
      if (run === reEnroll) enrolled.add(id);
      if (run === removeNew) lostCertificate.add(id);
      if (run === excludeFromNew) outOfScope.add(id);
      try {
        await run({ environment, options, random, id, record, ends });
      } catch {
        // Jamf Pro is down, or the Mac no longer exists: the next round chooses another Mac.
        return 'again';
      }
      occurrences.set(name, (occurrences.get(name) ?? 0) + 1);
      return 'again';
    }
    return 'again';
  });
  return {
    end: () => task.end(),
    counts: () => occurrences,
    bringBack: () => bringBack(Infinity),
    enrolledAgain: () => enrolled,
    lostCertificate: () => lostCertificate,
    outOfScope: () => outOfScope,
  };
}

function settlesLater({ closedAt, settlement }: Redistribution): boolean {
  return closedAt === null && settlement?.kind === 'finish' && settlement.dueAt > Date.now();
}

function overlaps({ attempts }: Redistribution): boolean {
  return attempts.at(-1)?.overlaps ?? false;
}
