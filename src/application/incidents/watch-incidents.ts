import { setTimeout } from 'node:timers/promises';
import type { NotificationsConfig } from '../../config/sections/notifications.js';
import { detect } from '../../domain/incidents/detect.js';
import type { Facts } from '../../domain/health/facts.js';
import { channelsFor } from './route-incident.js';
import type { IncidentMemory, IncidentRecord, Ports, Telemetry } from '../ports.js';
import { messageOf } from '../../process/error-message.js';

/** Dependencies of the detection of incidents. */
export interface DetectionDeps {
  settings: Pick<NotificationsConfig, 'every' | 'recoverAfter' | 'channels'>;
  facts: () => Promise<Facts>;
  incidents: Ports['incidents'];
  producers: Pick<Ports['producers'], 'notify'>;
  telemetry: Telemetry;
  /**
   * Sends a heartbeat to the external monitoring service (dead man's switch) after a check, and does not wait for
   * the response.
   */
  beat?: (() => void) | undefined;
  stopping: AbortSignal;
}

/**
 * Duration of the lease of the process that checks for incidents, as a number of check intervals. The process
 * releases the lease after the check; the duration matters only if the process is killed. The minimum allows for slow
 * reads from Redis.
 */
const LEASE_INTERVALS = 2;
const MIN_LEASE_MS = 15_000;
/** Maximum number of pending messages for which one check adds jobs. The next check adds the rest. */
const MAX_PENDING = 500;

/**
 * Checks for incidents if this process gets the lease: opens and closes incidents, and adds a job for each unsent
 * message, including messages of a process that was killed. If Redis has lost incidents that are in `memory`,
 * restores them. Returns `false` if another process holds the lease.
 * @throws the error of Redis.
 */
export async function detectIncidents(deps: DetectionDeps, memory?: IncidentMemory): Promise<boolean> {
  const { settings, incidents, producers, telemetry } = deps;
  const { every: everyMs, recoverAfter: recoverAfterMs, channels } = settings;
  const turn = await incidents.takeTurn(Math.max(MIN_LEASE_MS, LEASE_INTERVALS * everyMs));
  if (turn === null) return false;
  const facts = await deps.facts();
  const restored = memory === undefined ? 0 : await incidents.restore(memory, facts.at);
  if (restored > 0) telemetry.emit('incident.restored', { count: restored });
  const present = detect(facts).map((one) => ({ ...one, channels: channelsFor(one, channels) }));
  // A Jamf Pro server without a completed sweep, for example after Redis lost its data, shows no problems because
  // nothing has been read. Its open incidents must not be closed.
  const unknown = new Set(
    facts.instances.filter(({ lastSweepAt }) => lastSweepAt === null).map(({ name }) => name),
  );
  const timing = { now: facts.at, everyMs, recoverAfterMs, unknown };
  const changes = await incidents.reconcile(turn, present, timing);
  if (changes === null) return false;
  for (const record of changes.opened) emitIncident(deps, 'incident.opened', record);
  for (const record of changes.closed) emitIncident(deps, 'incident.recovered', record);
  for (const { id, channel } of await incidents.pending(MAX_PENDING)) await producers.notify(id, channel);
  return true;
}

/**
 * Checks for incidents at every interval until the process stops. Never throws: an error is reported and the next
 * check follows.
 */
export async function watchIncidents(deps: DetectionDeps): Promise<void> {
  const { settings, stopping, incidents, beat } = deps;
  let memory: IncidentMemory | undefined;
  while (!stopping.aborted) {
    try {
      if (await detectIncidents(deps, memory)) beat?.();
      const present = await incidents.remember();
      // If Redis has lost data that no process has restored yet, the copy in memory is more complete and is kept.
      if (memory === undefined || present.looks >= memory.looks) memory = present;
    } catch (error) {
      reportError(deps, error);
    }
    await setTimeout(settings.every, undefined, { signal: stopping }).catch(() => undefined);
  }
}

function reportError({ telemetry, stopping }: DetectionDeps, error: unknown): void {
  if (stopping.aborted) return;
  telemetry.emit('incident.unread', { error: messageOf(error) });
}

function emitIncident(
  { telemetry }: DetectionDeps,
  event: 'incident.opened' | 'incident.recovered',
  { incident: { key, kind: what, severity, instance, title } }: IncidentRecord,
): void {
  telemetry.emit(event, { key, what, severity, instance, title });
}
