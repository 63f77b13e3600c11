import { assess } from '../../domain/assess.js';
import type { Computer } from '../../domain/computer.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { HintReason } from '../ports.js';
import type { Decided, FleetDeps } from './deps.js';

/** Macs that a call to Jamf begun at `readAt` has answered. */
export interface Arrival {
  computers: readonly Computer[];
  watched: readonly WatchedProfile[];
  readAt: number;
}

/**
 * Stores and assesses what was read from Jamf, and lets everything that follows from it begin. Returns the ids of Macs for which that
 * failed: their facts are stored, and whoever calls sees to it that they are looked at again.
 */
export async function takeIn(
  deps: FleetDeps,
  instance: string,
  { computers, watched, readAt }: Arrival,
): Promise<ReadonlySet<string>> {
  if (computers.length === 0) return new Set();
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
    due: inScope.filter(({ assessment }) => ACTING.has(assessment.state)).length,
    unknown: inScope.filter(({ assessment }) => assessment.state === 'unknown').length,
  });
  return considerAll(deps, instance, decided);
}

/** One that fails keeps no other from being considered: one odd Mac must not hold up a sweep of the fleet. */
async function considerAll(
  deps: FleetDeps,
  instance: string,
  decided: readonly Decided[],
): Promise<ReadonlySet<string>> {
  const failures = await Promise.all(
    decided.map(async (one) => {
      try {
        // Whatever is open knows better who renewed it, and tells.
        if ((await deps.consider(one)) === 'nothing' && one.renewed === true) await deps.noteRenewal(one);
        return [];
      } catch (error) {
        return [{ id: one.computer.id, error: error instanceof Error ? error.message : String(error) }];
      }
    }),
  );
  const [first, ...others] = failures.flat();
  if (first === undefined) return new Set();
  const computers = new Set([first, ...others].map(({ id }) => id));
  deps.telemetry.emit('fleet.unconsidered', { instance, computers: computers.size, error: first.error });
  return computers;
}

const ACTING: ReadonlySet<string> = new Set(['due', 'overdue', 'expired']);

/**
 * Marks Macs that a call begun at `readAt` did not find, and tells of them. An open redistribution is woken: it finds out that its Mac
 * is gone.
 */
export async function retireMissing(
  deps: FleetDeps,
  instance: string,
  { ids, watched, readAt }: { ids: readonly string[]; watched: readonly WatchedProfile[]; readAt: number },
): Promise<void> {
  const retired =
    ids.length === 0 ? [] : await deps.computers.retire(instance, ids, { watched, now: readAt });
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

/** Has Macs looked at soon, together with others. */
export async function askFor(
  deps: Pick<FleetDeps, 'hints' | 'producers' | 'now'>,
  instance: string,
  ids: Iterable<string>,
  hint: { reason: HintReason; ripeAt: number },
): Promise<void> {
  const wakeAt = await deps.hints.add(instance, [...ids], hint);
  if (wakeAt !== null) await deps.producers.wakeAssess(instance, wakeAt - deps.now());
}
