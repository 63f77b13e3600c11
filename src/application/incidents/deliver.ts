import type { ChannelConfig } from '../../config/sections/notifications.js';
import type { Phase } from '../../domain/incidents/incident.js';
import type { SendGate } from './send-gate.js';
import type { Notice } from '../../domain/incidents/notice.js';
import { sendableAt } from './route-incident.js';
import type { IncidentRecord, Ports, Telemetry } from '../ports.js';

/** Dependencies of `deliver`. */
export interface DeliverDeps {
  channels: Readonly<Record<string, ChannelConfig>>;
  /** URL of the console (`http.publicUrl`), for links in messages. */
  publicUrl: string | undefined;
  /** Distinguishes this installation from other installations with the same notification channel (`redis.prefix`). */
  prefix: string;
  incidents: Ports['incidents'];
  sendNotice: Ports['sendNotice'];
  telemetry: Telemetry;
  now: () => number;
}

/**
 * Result of a delivery. `done`: nothing is left to send. `later`: try again after `waitMs` (quiet hours, or
 * another message is being sent). `given-up`: the service of the channel kept failing, and there are no further
 * attempts.
 */
export type Delivery =
  { kind: 'done' } | { kind: 'later'; waitMs: number } | { kind: 'given-up'; error: string };

/** A message is retried for this time, milliseconds. It is longer than a long weekend. */
const GIVE_UP_AFTER_MS = 4 * 86_400_000;

/**
 * Sends the current phase of an incident (opened or resolved) to one channel, unless the channel has received it.
 * An incident that was opened and resolved before it could be sent is sent once, as resolved. The phase is
 * recorded after the service of the channel has accepted the message: if the process is killed in between, the
 * message is sent again with the same ID.
 * @throws NotSentError if the service did not accept the message; the calling code must retry.
 */
export async function deliver(
  deps: DeliverDeps,
  { incidentId, channel: name }: { incidentId: string; channel: string },
  { attempt, gate }: { attempt: number; gate: SendGate },
): Promise<Delivery> {
  const { incidents, telemetry, now } = deps;
  const record = await incidents.read(incidentId);
  const channel = deps.channels[name];
  if (record === null || channel === undefined) {
    await incidents.drop(incidentId, name);
    return { kind: 'done' };
  }
  const phase: Phase = record.closedAt === null ? 'opened' : 'recovered';
  const sentPhase = await incidents.told(incidentId, name);
  if (sentPhase === phase || sentPhase === 'recovered') {
    await incidents.noteTold(incidentId, name, sentPhase);
    return { kind: 'done' };
  }
  const waitMs = sendableAt(channel, record.incident, now()) - now();
  if (waitMs > 0) return { kind: 'later', waitMs };
  const gateMs = gate.enter(name);
  if (gateMs > 0) return { kind: 'later', waitMs: gateMs };

  const startedAt = performance.now();
  const where = { channel: name, incident: record.incident.key, phase };
  const notice = noticeOf(record, phase, deps);
  const error = await deps.sendNotice(channel, notice, { source: sourceOf(deps), now });
  gate.leave(name, error);
  if (error !== undefined) {
    const errorText = error.message;
    if (now() - (record.closedAt ?? record.openedAt) <= GIVE_UP_AFTER_MS) {
      telemetry.emit('notify.failed', { ...where, attempt, error: errorText });
      throw error;
    }
    await incidents.noteTold(incidentId, name, phase);
    telemetry.emit('notify.givenUp', { ...where, error: errorText });
    return { kind: 'given-up', error: errorText };
  }
  await incidents.noteTold(incidentId, name, phase);
  telemetry.emit('notify.sent', { ...where, durationMs: performance.now() - startedAt });
  return { kind: 'done' };
}

function noticeOf(
  { id, incident, openedAt, closedAt }: IncidentRecord,
  phase: Phase,
  { publicUrl, prefix }: DeliverDeps,
): Notice {
  return {
    incident,
    phase,
    id: `${id}-${phase}`,
    dedupKey: `${prefix}/${incident.key}`,
    openedAt,
    recoveredAt: closedAt,
    link: publicUrl === undefined ? null : new URL(incident.path, publicUrl).href,
  };
}

function sourceOf({ publicUrl, prefix }: DeliverDeps): string {
  return publicUrl === undefined ? prefix : new URL(publicUrl).host;
}
