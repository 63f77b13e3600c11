import { requestAssessment } from './request-assessment.js';
import { assess } from '../../domain/assess.js';
import type { Computer } from '../../domain/computer.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { AssessedMac, FleetDeps } from './deps.js';
import { holdEmptiedGroups } from './emptied-groups.js';
import { mayRetire } from './fleet-fall.js';
import { messageOf } from '../../process/error-message.js';

/** Macs from one call to Jamf Pro. `readAt` is the start of the call, epoch milliseconds. */
export interface InventoryRead {
  computers: readonly Computer[];
  watched: readonly WatchedProfile[];
  readAt: number;
}

/**
 * Stores and assesses Macs that were read from Jamf Pro, and opens or wakes redistributions. Returns the assessed
 * Macs, and the IDs of the Macs for which opening or waking failed. The inventory of these Macs is stored; the
 * calling code must queue them for another assessment.
 */
export async function ingestComputers(
  deps: FleetDeps,
  instance: string,
  { computers, watched: loaded, readAt }: InventoryRead,
): Promise<{ failed: ReadonlySet<string>; decided: readonly AssessedMac[] }> {
  if (computers.length === 0) return { failed: new Set(), decided: [] };
  const watched = await holdEmptiedGroups(deps, instance, { computers, watched: loaded });
  const assessed = await deps.computers.save(instance, computers, { watched, now: readAt });
  const decided = assessed.flatMap(({ computer, assessments, renewed = [] }) =>
    watched.flatMap((profile) => {
      const assessment = assessments[profile.name];
      if (!assessment) return [];
      return [{ computer, watched: profile, assessment, renewed: renewed.includes(profile.name) }];
    }),
  );
  const inScope = decided.filter(({ assessment }) => assessment.inScope);
  deps.telemetry.emit('fleet.assessed', {
    instance,
    computers: assessed.length,
    due: inScope.filter(({ assessment }) => DUE_STATES.has(assessment.state)).length,
    unknown: inScope.filter(({ assessment }) => assessment.state === 'unknown').length,
  });
  return { failed: await considerAll(deps, instance, decided), decided };
}

/**
 * Calls `consider` for each Mac, and returns the IDs of the Macs for which it failed, so that one faulty record does
 * not stop a sweep. Due Macs are processed one after the other, earliest expiry first, because the order determines
 * which Mac starts first.
 */
async function considerAll(
  deps: FleetDeps,
  instance: string,
  decided: readonly AssessedMac[],
): Promise<ReadonlySet<string>> {
  const failures: { id: string; error: string }[] = [];
  const considerOne = async (one: AssessedMac) => {
    try {
      await deps.consider(one);
      if (one.renewed === true) await deps.recordRenewal(one);
    } catch (error) {
      failures.push({ id: one.computer.id, error: messageOf(error) });
    }
  };
  const isDue = ({ assessment }: AssessedMac) => DUE_STATES.has(assessment.state);
  const expiryOf = ({ assessment }: AssessedMac) => assessment.certificate?.expiresAt ?? 0;
  for (const one of decided.filter(isDue).sort((a, b) => expiryOf(a) - expiryOf(b))) await considerOne(one);
  await Promise.all(decided.filter((one) => !isDue(one)).map(considerOne));
  const [first, ...others] = failures;
  if (first === undefined) return new Set();
  const computers = new Set([first, ...others].map(({ id }) => id));
  deps.telemetry.emit('fleet.unconsidered', { instance, computers: computers.size, error: first.error });
  return computers;
}

const DUE_STATES: ReadonlySet<string> = new Set(['due', 'overdue', 'expired']);

/**
 * Marks Macs as retired that Jamf Pro did not return in a call that started at `readAt`, and wakes their open
 * redistributions, which then end. Retires no Mac while too many Macs are missing (see fleet-fall.ts).
 */
export async function retireMissing(
  deps: FleetDeps,
  instance: string,
  { ids, watched, readAt }: { ids: readonly string[]; watched: readonly WatchedProfile[]; readAt: number },
): Promise<void> {
  if (ids.length === 0 || !(await mayRetire(deps, instance, ids.length))) return;
  const retired = await deps.computers.retire(instance, ids, { watched, now: readAt });
  if (retired.length === 0) return;
  deps.telemetry.emit('fleet.retired', { instance, computers: retired.length });
  await considerAll(
    deps,
    instance,
    retired.flatMap((computer) =>
      watched.map((profile) => ({
        computer,
        watched: profile,
        assessment: assess(computer, profile, readAt),
      })),
    ),
  );
}

/** Delay before a Mac with an unreadable record is read again, milliseconds. Each attempt takes several API calls. */
const SET_ASIDE_MS = 3_600_000;

/** Queues Macs whose records Jamf Pro could not return for a later read. Their stored inventory stays in use until then. */
export async function setAside(
  deps: Pick<FleetDeps, 'hints' | 'producers' | 'now'>,
  instance: string,
  ids: Iterable<string>,
): Promise<void> {
  await requestAssessment(deps, instance, ids, { reason: 'sweep', ripeAt: deps.now() + SET_ASIDE_MS });
}
