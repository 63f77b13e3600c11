import { setTimeout } from 'node:timers/promises';
import type { NotificationsConfig } from '../../config/sections/notifications.js';
import { detect } from '../../domain/incidents/detect.js';
import type { Facts } from '../../domain/incidents/facts.js';
import { channelsFor } from './route-incident.js';
import type { IncidentMemory, IncidentRecord, Ports, Telemetry } from '../ports.js';

/** What looking for incidents needs. */
export interface LookDeps {
  settings: Pick<NotificationsConfig, 'every' | 'recoverAfter' | 'channels'>;
  facts: () => Promise<Facts>;
  incidents: Ports['incidents'];
  producers: Pick<Ports['producers'], 'notify'>;
  telemetry: Telemetry;
  /** Tells a watchman outside that a look was had; does not wait for it. */
  beat?: (() => void) | undefined;
  stopping: AbortSignal;
}

/** A turn ends after so many intervals when who has it is killed; the least is more than Redis may take for all that is read. */
const TURN_INTERVALS = 2;
const TURN_LEAST_MS = 15_000;
/** Messages that are seen to in one look; what is more follows in the next. */
const MOST_PENDING = 500;

/**
 * Looks at the present state for incidents, if it is the turn of this process: opens and closes them, and sees that everything which is
 * to be told has a job. What a killed process had found but not put into the queue is taken up here, and what Redis has lost since
 * `memory` is put back. False: somebody else has the turn.
 *
 * @throws what Redis throws.
 */
export async function look(deps: LookDeps, memory?: IncidentMemory): Promise<boolean> {
  const { settings, incidents, producers, telemetry } = deps;
  const { every: everyMs, recoverAfter: recoverAfterMs, channels } = settings;
  const turn = await incidents.takeTurn(Math.max(TURN_LEAST_MS, TURN_INTERVALS * everyMs));
  if (turn === null) return false;
  const facts = await deps.facts();
  const restored = memory === undefined ? 0 : await incidents.restore(memory, facts.at);
  if (restored > 0) telemetry.emit('incident.restored', { count: restored });
  const present = detect(facts).map((one) => ({ ...one, channels: channelsFor(one, channels) }));
  // Before a sweep has read a server, as after the loss of Redis, that nothing is seen there does not mean that nothing is the matter.
  const unknown = new Set(
    facts.instances.filter(({ lastSweepAt }) => lastSweepAt === null).map(({ name }) => name),
  );
  const timing = { now: facts.at, everyMs, recoverAfterMs, unknown };
  const changes = await incidents.reconcile(turn, present, timing);
  if (changes === null) return false;
  for (const record of changes.opened) tell(deps, 'incident.opened', record);
  for (const record of changes.closed) tell(deps, 'incident.recovered', record);
  for (const { id, channel } of await incidents.pending(MOST_PENDING)) await producers.notify(id, channel);
  return true;
}

/** Looks again and again until the process stops. Never throws: what fails is told, and the next look follows. */
export async function keepLooking(deps: LookDeps): Promise<void> {
  const { settings, stopping, incidents, beat } = deps;
  let memory: IncidentMemory | undefined;
  while (!stopping.aborted) {
    try {
      if (await look(deps, memory)) beat?.();
      const present = await incidents.remember();
      // Somebody else's turn may not have come yet to put back what was lost.
      if (memory === undefined || present.looks >= memory.looks) memory = present;
    } catch (error) {
      tellTrouble(deps, error);
    }
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
