import type { ChannelConfig } from '../../config/sections/notifications.js';
import type { Phase } from '../../domain/incidents/incident.js';
import type { Gate } from './send-gate.js';
import type { Notice } from '../../domain/incidents/notice.js';
import { tellableAt } from './route-incident.js';
import type { IncidentRecord, Ports, Telemetry } from '../ports.js';

/** What telling needs. */
export interface DeliverDeps {
  channels: Readonly<Record<string, ChannelConfig>>;
  /** Where people reach the console (http.publicUrl). */
  publicUrl: string | undefined;
  /** Sets our keys apart from those of another Recert (redis.prefix). */
  prefix: string;
  incidents: Ports['incidents'];
  sendNotice: Ports['sendNotice'];
  telemetry: Telemetry;
  now: () => number;
}

/** What became of it: nothing is left to tell, not yet (milliseconds), or the receiver did not take it and it is not tried again. */
export type Delivery =
  { kind: 'done' } | { kind: 'later'; waitMs: number } | { kind: 'given-up'; error: string };

/** For so long a message is tried: over a long weekend. */
const GIVE_UP_MS = 4 * 86_400_000;

/**
 * Tells one channel of one incident what it has not been told, as of now: that it is there, or that it is over. What came and went
 * before it could be told is told once, as over. Noted after the receiver has taken it: killed in between, it is told a second time with
 * the same id rather than never.
 *
 * @throws NotSentError when the receiver did not take it, which is to be tried again.
 */
export async function deliver(
  deps: DeliverDeps,
  { incidentId, channel: name }: { incidentId: string; channel: string },
  { attempt, gate }: { attempt: number; gate: Gate },
): Promise<Delivery> {
  const { incidents, telemetry, now } = deps;
  const record = await incidents.read(incidentId);
  const channel = deps.channels[name];
  if (record === null || channel === undefined) {
    await incidents.drop(incidentId, name);
    return { kind: 'done' };
  }
  const phase: Phase = record.closedAt === null ? 'opened' : 'recovered';
  const told = await incidents.told(incidentId, name);
  if (told === phase || told === 'recovered') {
    await incidents.noteTold(incidentId, name, told);
    return { kind: 'done' };
  }
  const waitMs = tellableAt(channel, record.incident, now()) - now();
  if (waitMs > 0) return { kind: 'later', waitMs };
  const gateMs = gate.enter(name);
  if (gateMs > 0) return { kind: 'later', waitMs: gateMs };

  const startedAt = performance.now();
  const where = { channel: name, incident: record.incident.key, phase };
  const notice = noticeOf(record, phase, deps);
  const error = await deps.sendNotice(channel, notice, { source: sourceOf(deps), now });
  gate.leave(name, error);
  if (error !== undefined) {
    const said = error.message;
    if (now() - (record.closedAt ?? record.openedAt) <= GIVE_UP_MS) {
      telemetry.emit('notify.failed', { ...where, attempt, error: said });
      throw error;
    }
    await incidents.noteTold(incidentId, name, phase);
    telemetry.emit('notify.givenUp', { ...where, error: said });
    return { kind: 'given-up', error: said };
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
