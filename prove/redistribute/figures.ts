import type { Redistribution } from '../../src/domain/redistribution/record.js';
import { type Figure, none } from '../figure.js';
import { INSTANCE, type FleetEnvironment } from '../environment.js';
import type { FaultRunOptions } from './options.js';
import { EXCLUDED, HALVES } from './plan.js';
import { occurrencesOf } from './fault-injection.js';
import { installed, type MacState, readMac, readSimulatorState } from './simulator-state.js';

/** Limit for issued certificates per renewal, lost certificates included. */
const MOST_A_RENEWAL = 1.05;
/** A certificate with more remaining lifetime than this was issued during the run. */
const NEW_MS = 300 * 86_400_000;

/** What happened during a fault run. Macs are given by their computer IDs. */
export interface Run {
  dueMacs: readonly number[];
  startedAt: number;
  hits: ReadonlyMap<string, number>;
  chaosEvents: ReadonlyMap<string, number>;
  enrolledAgain: ReadonlySet<number>;
  lostCertificate: ReadonlySet<number>;
  outOfScope: ReadonlySet<number>;
  kills: Readonly<Record<keyof FaultRunOptions['kills'], number>>;
  closedBreakers: readonly string[];
  requested: number;
  mostExcluded: number;
  cyclingMost: number;
  /** Macs that had one of the two profiles at the start, in their state at the end. */
  macs: readonly MacState[];
}

/** Computes the figures of a completed run: outcomes, certificates, and occurrences of each fault. */
export async function computeFigures(
  environment: FleetEnvironment,
  options: FaultRunOptions,
  run: Run,
): Promise<readonly Figure[]> {
  return [
    ...(await outcomes(environment, options, run)),
    ...(await certificates(environment, run)),
    ...(await faults(environment, options, run)),
    { name: 'duration', value: (Date.now() - run.startedAt) / 1_000, most: null, unit: 's' },
  ];
}

async function outcomes(
  environment: FleetEnvironment,
  options: FaultRunOptions,
  run: Run,
): Promise<readonly Figure[]> {
  const records = await allRecords(environment);
  const last = new Map(records.toSorted(byOpening).map((record) => [Number(record.computerId), record]));
  const finalState = (id: number) => last.get(id)?.state ?? 'nothing';
  const notEnrolledAgain = run.dueMacs.filter((id) => !run.enrolledAgain.has(id));
  const { groups } = await readSimulatorState(environment);
  const cycled = records.filter(({ attempts }) => attempts.some(({ mechanism }) => mechanism === 'cycle'));
  return [
    { name: 'redistributions', value: records.length, least: options.leastRedistributions, most: null },
    { name: 'Macs that were due', value: run.dueMacs.length, most: null },
    none(
      'due Macs that were not verified',
      notEnrolledAgain.filter((id) => finalState(id) !== 'verified'),
    ),
    {
      name: 'Macs that enrolled again (canceled or verified)',
      value: [...run.enrolledAgain].filter((id) => ['verified', 'cancelled'].includes(finalState(id))).length,
      least: run.enrolledAgain.size,
      most: null,
    },
    none('redistributions left open', records.filter(({ closedAt }) => closedAt === null).map(macOf)),
    none('Macs with two open redistributions at once', overlapping(records).map(macOf)),
    { name: 'redistributions by cycle (with a lease)', value: cycled.length, least: 1, most: null },
    { name: 'most Macs excluded at once', value: run.mostExcluded, least: 1, most: run.cyclingMost },
    {
      name: 'Macs still excluded at the end',
      value: groups.find(({ id }) => id === EXCLUDED)?.members ?? NaN,
      most: 0,
    },
    { name: 'leases left at the end', value: (await environment.leases.all(INSTANCE)).length, most: 0 },
    ...profilesOfMacs(run),
    { name: 'failed attempts', value: failedAttempts(records), most: null },
    { name: 'circuit breaker closed by the operator', value: run.closedBreakers.length, most: null },
    { name: 'redistributions requested by the operator', value: run.requested, most: null },
  ];
}

/**
 * Counts the profiles that are installed on the Macs, according to the simulator. The inventory in Jamf Pro may be
 * older.
 */
function profilesOfMacs(run: Run): readonly Figure[] {
  const idsOf = (macs: readonly MacState[]) => macs.map(({ computer }) => computer.id);
  const managed = run.macs.filter(({ computer }) => computer.managed);
  const hit = new Set([...run.enrolledAgain, ...run.lostCertificate, ...run.outOfScope]);
  return [
    { name: 'Macs that had a profile at the start', value: managed.length, least: 1, most: null },
    none('Macs without either profile', idsOf(managed.filter((look) => installed(look).length === 0))),
    none(
      'Macs with a profile that is not in their scope',
      idsOf(managed.filter((look) => installed(look).some((id) => !look.profilesInScope.includes(id)))),
    ),
    none(
      'Macs with both profiles, without an event of their own',
      idsOf(managed.filter((look) => installed(look).length === 2 && !hit.has(look.computer.id))),
    ),
  ];
}

/**
 * Counts certificates at the CA. Excludes Macs that enrolled again or were out of scope, because Jamf Pro installs
 * profiles on these Macs without a renewal.
 */
async function certificates(environment: FleetEnvironment, run: Run): Promise<readonly Figure[]> {
  const macs = await Promise.all(
    run.dueMacs
      .filter((id) => !run.enrolledAgain.has(id) && !run.outOfScope.has(id))
      .map((id) => readMac(environment, id)),
  );
  const newFrom = Date.now() + NEW_MS;
  const renewed = macs.filter(({ mac }) =>
    mac.keychain.some(({ profileId, expiresAt }) => HALVES.includes(profileId) && expiresAt > newFrom),
  );
  const lostCertificate = macs.filter(({ computer }) => run.lostCertificate.has(computer.id));
  const hasUnneeded = ({ computer, issuances }: MacState) =>
    issuances.filter(({ outcome }) => outcome === 'issued').length >
    (run.lostCertificate.has(computer.id) ? 2 : 1);
  const logged = macs.flatMap(({ issuances }) => issuances);
  const lost = logged.filter(({ outcome }) => outcome === 'lost').length;
  const issued = lost + logged.filter(({ outcome }) => outcome === 'issued').length;
  return [
    { name: 'Macs with a new certificate', value: renewed.length, least: macs.length, most: null },
    { name: 'certificates issued for these Macs', value: issued, most: null },
    { name: 'issued certificates that the Mac did not receive', value: lost, most: null },
    { name: 'new certificates removed by a user', value: lostCertificate.length, most: null },
    { name: 'certificates issued per renewal', value: issued / renewed.length, most: MOST_A_RENEWAL },
    none(
      'Macs that got an unnecessary certificate',
      macs.filter(hasUnneeded).map(({ computer }) => computer.id),
    ),
  ];
}

/**
 * Returns how often each fault occurred. A fault that never occurred fails the run, because the run then tested
 * nothing about the fault.
 */
async function faults(
  environment: FleetEnvironment,
  options: FaultRunOptions,
  run: Run,
): Promise<readonly Figure[]> {
  const world = await readSimulatorState(environment);
  const { lost, doubled } = world.deliveries;
  const figure = (name: string, value: number, least = 1): Figure => ({
    name: `fault: ${name}`,
    value,
    least,
    most: null,
  });
  const { workers, frozen, misconfigured, redis, jamf } = options.kills;
  return [
    ...[...run.hits].map(([name, hits]) => figure(`HTTP, ${name}`, hits)),
    ...occurrencesOf(world).map(({ name, value }) => figure(name, value)),
    figure('webhooks lost', lost),
    figure('webhooks duplicated', doubled),
    figure('webhooks out of order', world.mishaps.webhooksReordered),
    figure('commands answered with NotNow', world.mishaps.notNow),
    ...[...run.chaosEvents].map(([name, count]) => figure(name, count)),
    figure('worker killed (SIGKILL)', run.kills.workers, workers),
    figure('worker frozen at a call (SIGSTOP) and woken', run.kills.frozen, frozen),
    figure('worker with exchanged groups', run.kills.misconfigured, misconfigured),
    figure('Redis killed (SIGKILL)', run.kills.redis, redis),
    figure('Jamf Pro restarted', run.kills.jamf, jamf),
  ];
}

async function allRecords({ redistributions }: FleetEnvironment): Promise<readonly Redistribution[]> {
  const records: Redistribution[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await redistributions.page(INSTANCE, { limit: 500, cursor: cursor ?? undefined });
    records.push(...page.redistributions);
    cursor = page.cursor;
  } while (cursor !== null);
  return records;
}

function macOf({ computerId }: Redistribution): string {
  return computerId;
}

/** Redistributions that were opened before the previous redistribution of the same Mac was closed. */
function overlapping(records: readonly Redistribution[]): readonly Redistribution[] {
  const closed = new Map<string, number>();
  return records.toSorted(byOpening).filter(({ computerId, openedAt, closedAt }) => {
    const overlaps = openedAt < (closed.get(computerId) ?? 0);
    closed.set(computerId, closedAt ?? Infinity);
    return overlaps;
  });
}

function byOpening(a: Redistribution, b: Redistribution): number {
  return a.openedAt - b.openedAt;
}

function failedAttempts(records: readonly Redistribution[]): number {
  return records
    .flatMap(({ attempts }) => attempts)
    .filter(({ outcome }) => outcome !== 'verified' && outcome !== 'cancelled').length;
}
