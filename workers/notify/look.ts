import { setTimeout } from 'node:timers/promises';
import type { NotificationsConfig } from '../../src/config/notifications.js';
import { detect } from '../../src/domain/incidents/detect.js';
import type { Facts } from '../../src/domain/incidents/facts.js';
import { channelsFor } from '../../src/notify/route.js';
import type { Producers } from '../../src/queues/producers.js';
import type { IncidentRecord, IncidentStore } from '../../src/store/incidents.js';
import type { Telemetry } from '../../src/telemetry/bus.js';

/** What looking for incidents needs. */
export interface LookDeps {
  settings: Pick<NotificationsConfig, 'every' | 'recoverAfter' | 'channels'>;
  facts: () => Promise<Facts>;
  incidents: IncidentStore;
  producers: Pick<Producers, 'notify'>;
  telemetry: Telemetry;
  stopping: AbortSignal;
}

/** A turn ends after so many intervals when who has it is killed; the least is more than Redis may take for all that is read. */
const TURN_INTERVALS = 2;
const TURN_LEAST_MS = 15_000;
/** Messages that are seen to in one look; what is more follows in the next. */
const MOST_PENDING = 500;

/**
 * Looks at the present state for incidents, if it is the turn of this process: opens and closes them, and sees that everything which is
 * to be told has a job. What a killed process had found but not put into the queue is taken up here. False: somebody else has the turn.
 *
 * @throws what Redis throws.
 */
export async function look(deps: LookDeps): Promise<boolean> {
  const { settings, incidents, producers } = deps;
  const { every: everyMs, recoverAfter: recoverAfterMs, channels } = settings;
  const turn = await incidents.takeTurn(Math.max(TURN_LEAST_MS, TURN_INTERVALS * everyMs));
  if (turn === null) return false;
  const facts = await deps.facts();
  const present = detect(facts).map((one) => ({ ...one, channels: channelsFor(one, channels) }));
  const changes = await incidents.reconcile(turn, present, { now: facts.at, everyMs, recoverAfterMs });
  if (changes === null) return false;
  for (const record of changes.opened) tell(deps, 'incident.opened', record);
  for (const record of changes.closed) tell(deps, 'incident.recovered', record);
  for (const { id, channel } of await incidents.pending(MOST_PENDING)) await producers.notify(id, channel);
  return true;
}

/** Looks again and again until the process stops. Never throws: what fails is told, and the next look follows. */
export async function keepLooking(deps: LookDeps): Promise<void> {
  const { settings, stopping } = deps;
  while (!stopping.aborted) {
    await look(deps).catch((error: unknown) => tellTrouble(deps, error));
    await setTimeout(settings.every, undefined, { signal: stopping }).catch(() => undefined);
  }
}

function tellTrouble({ telemetry, stopping }: LookDeps, error: unknown): void {
  if (stopping.aborted) return;
  telemetry.emit('incident.unread', { error: error instanceof Error ? error.message : String(error) });
}

function tell(
  { telemetry }: LookDeps,
  event: 'incident.opened' | 'incident.recovered',
  { incident: { key, kind: what, severity, instance, title } }: IncidentRecord,
): void {
  telemetry.emit(event, { key, what, severity, instance, title });
}
