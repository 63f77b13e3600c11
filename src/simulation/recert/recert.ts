import { considerRedistribution } from '../../application/redistribution/consider-renewal.js';
import { judgeTargets } from '../../application/redistribution/request/judge-targets.js';
import { runRedistribution } from '../../application/redistribution/run/run.js';
import { assess } from '../../domain/assess.js';
import type { Assessment } from '../../domain/assessment.js';
import type { KnownComputer } from '../../domain/known.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import { mergeInventory } from '../../domain/merge.js';
import { sized, type UnsizedPolicy } from '../../domain/capacity/sized.js';
import { isNativeOnly, type WatchedProfile } from '../../domain/watched.js';
import { createMemoryRedistributions, type MemoryRedistributions } from '../memory/redistributions.js';
import { DAY_MS } from '../scenario.js';
import type { Policy, World } from '../world.js';
import { computerIdOf, inventoryOf, macOf, watchedFor } from './fleet.js';
import { createSimulatedJamf, type SimulatedJamf } from './jamf.js';
import { jamfSetting, SETTING } from './jamf-setting.js';
import { createSimulatedLimits, type SimulatedLimits } from './limits.js';
import { createNews, type News } from './news.js';
import { createPorts, type SimulationPorts } from './ports.js';
import { createSchedule, JOB, READING, type Schedule } from './schedule.js';
import { createSizing, type Sizing } from './sizing.js';

/** Type of the event in which an operator handles a Mac that needs attention. */
const PERSON = 4;
/** Time after which an operator acts again on a Mac that still needs attention, milliseconds. */
const REPEATED_MS = 14 * DAY_MS;
/** Event types of the simulation: the daily sweep, and a restart of Jamf Pro after an outage. */
const SWEEP = 5;
const RESTART = 6;

/** The request of the operator. It belongs to a batch, so that its redistributions have the same IDs in each simulation. */
const MANUAL_REQUEST = {
  by: 'operator',
  reason: 'needs attention',
  overrides: { hourlyCap: false, canary: false },
  takesOver: false,
};
const LOCK = { hold: () => Promise.resolve(true), lastsMs: 30_000 };

/** State that the simulated workers share. */
interface Workers {
  world: World;
  watched: WatchedProfile;
  /** The Macs with an open redistribution, in the version that was read last. */
  known: Map<number, KnownComputer>;
  store: MemoryRedistributions;
  jamf: SimulatedJamf;
  limits: SimulatedLimits;
  news: News;
  schedule: Schedule;
  ports: SimulationPorts;
  sizing: Sizing;
}

function createWorkers(world: World, settings: UnsizedPolicy): Workers {
  const policy = sized(settings, null);
  const watched = watchedFor(policy);
  const known = new Map<number, KnownComputer>();
  const store = createMemoryRedistributions({ keepsClosed: false });
  const jamf = createSimulatedJamf(world, watched);
  const limits = createSimulatedLimits(store, watched);
  const news = createNews(world);
  const schedule = createSchedule(world, { policy, news, jamf, store, limits });
  const ports = createPorts(
    world,
    { watched, jamf, store, limits, known },
    {
      onJob: (record) => schedule.wake(macOf(record.computerId), record),
      onReadingRequested: (mac) => schedule.requestReading(mac),
      onWatch: (mac, isWatched) => schedule.watch(mac, isWatched),
      onNeedsHuman(mac) {
        world.measures.asked();
        world.schedule(world.now() + world.scenario.personMs, PERSON, mac, 0);
      },
    },
  );
  const sizing = createSizing(world, settings, { watched, store });
  return { world, watched, known, store, jamf, limits, news, schedule, ports, sizing };
}

function openOf({ store, watched }: Workers, mac: number): Redistribution | null {
  return store.openOf(watched.name, computerIdOf(mac));
}

/** Reads the inventory of a Mac and assesses it. */
async function read(
  { world, watched, known, jamf }: Workers,
  mac: number,
): Promise<{ computer: KnownComputer; assessment: Assessment }> {
  const readAt = world.now();
  const [fresh] = await jamf.client.readComputers([computerIdOf(mac)]);
  if (fresh === undefined) throw new RangeError(`Jamf Pro does not return Mac ${String(mac)}`);
  const computer = mergeInventory(known.get(mac) ?? null, fresh, { watched: [watched], readAt });
  known.set(mac, computer);
  return { computer, assessment: assess(computer, watched, readAt) };
}

/** Does what the `assess` worker does for one Mac. */
async function runReading(workers: Workers, mac: number): Promise<void> {
  const { watched, known, news, schedule, ports } = workers;
  if (!news.isUp()) {
    schedule.requestReading(mac);
    schedule.planReading(mac, openOf(workers, mac));
    return;
  }
  const { computer, assessment } = await read(workers, mac);
  const result = await considerRedistribution(ports, { computer, watched, assessment });
  if (result !== 'nothing') {
    // Processing the redistribution also plans the next read of the Mac.
    schedule.runNow(mac);
    return;
  }
  const open = openOf(workers, mac);
  if (open === null) known.delete(mac);
  schedule.planReading(mac, open, assessment);
}

/** Does what the `redistribute` worker does for one Mac. */
async function runJob(workers: Workers, mac: number): Promise<void> {
  const { watched, known, store, schedule, ports } = workers;
  const open = openOf(workers, mac);
  if (open === null) return;
  schedule.countPolls(open);
  const { instance } = watched;
  const result = await runRedistribution(ports, { instance, id: open.id, lock: LOCK, log: null });
  if (!result.done) {
    schedule.rest(mac, openOf(workers, mac) ?? open, result.wakeAt);
    return;
  }
  // Later assessments only need to know that the record is closed. Attempts and history would take most of the memory
  // for a large fleet.
  const closed = store.records.get(open.id);
  if (closed !== undefined) Object.assign(closed, { attempts: [], history: [] });
  known.delete(mac);
  schedule.requestReading(mac);
  schedule.planReading(mac, null);
}

/**
 * Runs the full sweep: the first one, and each daily one after which Macs are due earlier than planned before. Macs
 * that are due are read immediately.
 */
function sweep({ world, watched, store, schedule, sizing }: Workers): void {
  if (!sizing.choose()) return;
  for (let mac = 0; mac < world.scenario.computers; mac += 1) {
    if (store.openOf(watched.name, computerIdOf(mac)) !== null) continue;
    const assessment = assess(inventoryOf(world, mac, watched, []), watched, world.now());
    if (assessment.state !== 'healthy' && assessment.state !== 'unknown') schedule.requestReading(mac);
    schedule.planReading(mac, null, assessment);
  }
}

/** Requests a new redistribution of a Mac that needs attention, unless its certificate was renewed in the meantime. */
async function handleManually(workers: Workers, mac: number): Promise<void> {
  const { world, watched, known, news, ports } = workers;
  if (!news.isUp()) {
    world.schedule(news.answeredAt(), PERSON, mac, 0);
    return;
  }
  const { computer, assessment } = await read(workers, mac);
  if (assessment.state !== 'healthy' && isNativeOnly(watched.policy)) {
    // The operator excludes the Mac from the scope and includes it again, so that Jamf Pro installs the profile again. The operator
    // repeats this after `REPEATED_MS` if the Mac is still not healthy.
    workers.jamf.install(mac);
    world.schedule(world.now() + REPEATED_MS, PERSON, mac, 0);
  } else if (assessment.state !== 'healthy') {
    const named = { id: computer.id, serialNumber: null, name: '' };
    const request = { ...MANUAL_REQUEST, batch: String(world.now()) };
    const [candidate] = await judgeTargets(ports, watched.instance, [{ named, computer }], request);
    await candidate?.open?.();
  }
  if (openOf(workers, mac) === null) known.delete(mac);
}

/** Recert as a simulated policy: the code of the workers runs with collections in memory and a simulated Jamf Pro. */
export function recert(
  world: World,
  policy: UnsizedPolicy,
  name = 'Recert',
): Policy & Pick<SimulatedLimits, 'use'> & Pick<Sizing, 'chosen'> {
  // The simulated Macs report no declarative status.
  const workers = createWorkers(world, { ...policy, proof: 'inventory' });
  const { watched, jamf, limits, schedule, sizing } = workers;
  const { startAt, days, jamfOutages } = world.scenario;
  const setting = isNativeOnly(policy) ? jamfSetting(world, jamf) : null;
  return {
    name,
    use: limits.use,
    chosen: () => sizing.chosen(),
    begin() {
      setting?.begin();
      sweep(workers);
      for (let day = 1; day < days; day += 1) world.schedule(startAt + day * DAY_MS, SWEEP, 0, 0);
      for (const { afterMs, forMs } of jamfOutages) world.schedule(startAt + afterMs + forMs, RESTART, 0, 0);
    },
    happens(kind, mac, data) {
      if (kind === RESTART) return limits.noteJamf(watched.instance, 'restart', world.now());
      if (kind === SWEEP) {
        sweep(workers);
        return undefined;
      }
      if (kind === PERSON) return handleManually(workers, mac);
      if (kind === SETTING) return setting?.happens(kind, mac, data);
      if (!schedule.fires(kind, mac, data)) return undefined;
      if (kind === JOB) return runJob(workers, mac);
      if (kind === READING) return runReading(workers, mac);
      schedule.callQueue();
      return undefined;
    },
    taken(mac, taken) {
      jamf.taken(mac, taken);
      const open = openOf(workers, mac);
      if (open !== null) schedule.answered(mac, open);
    },
  };
}
