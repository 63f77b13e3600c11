import { randomUUID } from 'node:crypto';
import type { ChannelConfig } from '../../config/sections/notifications.js';
import type { Incident, Phase } from '../../domain/incidents/incident.js';
import type { Listener, Telemetry } from '../../telemetry/bus.js';
import type { Ports } from '../ports.js';
import { createSendGate } from './send-gate.js';
import { channelsFor, sendableAt } from './route-incident.js';

/** Dependencies of the alarm of a receiver. */
export interface ReceiverAlarmDeps {
  channels: Readonly<Record<string, ChannelConfig>>;
  /** Maximum size of the spool, bytes; `null` without a spool. */
  mostBytes: number | null;
  /** Unique name of this receiver: host and port. */
  receiver: string;
  /** Distinguishes this installation from other installations with the same notification channel (`redis.prefix`). */
  prefix: string;
  sendNotice: Ports['sendNotice'];
  telemetry: Telemetry;
  now: () => number;
}

/** Monitors Redis and the spool for one receiver. */
export interface ReceiverAlarm {
  /** Receives operator events. It must be registered on the event bus. */
  listener: Listener;
  /**
   * Updates the alarm, and sends its current phase (opened or resolved) once to each channel. `redisTakes`: whether
   * Redis currently accepts webhooks. Never throws; a failed delivery is retried at the next call.
   */
  look(redisTakes: boolean): Promise<void>;
}

/** The alarm opens when Redis has been unavailable for this time, milliseconds. A restart of Redis is shorter. */
const OUTAGE_GRACE_MS = 5 * 60_000;
/** The alarm opens immediately when this fraction of the spool is used. */
const SPOOL_ALERT_RATIO = 0.5;
/** Time for which the alarm stays open after the spool was full or its disk failed, milliseconds. */
const FAILURE_HOLD_MS = 60_000;

interface Alarm {
  id: string;
  openedAt: number;
  closedAt: number | null;
  phases: Map<string, Phase>;
}

/**
 * Creates the alarm for an unavailable Redis or a spool that is filling up. The notification queue is in Redis and
 * cannot be used, so each receiver sends the alarm directly and keeps its state in memory. After a restart, a
 * receiver sends the alarm again if the outage continues. It does not send the resolution of an alarm that was opened
 * before the restart.
 */
export function createReceiverAlarm(deps: ReceiverAlarmDeps): ReceiverAlarm {
  const { channels, mostBytes, receiver, prefix, telemetry, now } = deps;
  const gate = createSendGate(undefined, now);
  const incident = mostBytes === null ? redisAway(receiver) : spoolFilling(receiver);
  let bytes = 0;
  /**
   * Start of the outage, epoch milliseconds; `null` without an outage. An outage lasts while Redis accepts no
   * webhooks or the spool is not empty.
   */
  let since: number | null = null;
  let redisAccepts = true;
  let failingUntil = 0;
  let alarm: Alarm | null = null;
  let checking = false;

  function isPresent(): boolean {
    if (failingUntil > now() || (mostBytes !== null && bytes >= SPOOL_ALERT_RATIO * mostBytes)) return true;
    return since !== null && now() - since >= OUTAGE_GRACE_MS;
  }

  function record(change: { bytes?: number; redisAccepts?: boolean }): void {
    ({ bytes, redisAccepts } = { bytes, redisAccepts, ...change });
    since = redisAccepts && bytes === 0 ? null : (since ?? now());
  }

  function update(): void {
    if (isPresent()) {
      if (alarm === null || alarm.closedAt !== null)
        alarm = { id: randomUUID(), openedAt: now(), closedAt: null, phases: new Map() };
    } else if (alarm !== null && since === null) alarm.closedAt ??= now();
  }

  async function deliverAll(current: Alarm): Promise<void> {
    await Promise.all(channelsFor(incident, channels).map((name) => deliverTo(name, current)));
    if (current.closedAt !== null && ![...current.phases.values()].includes('opened')) alarm = null;
  }

  async function deliverTo(name: string, { id, openedAt, closedAt, phases }: Alarm): Promise<void> {
    const channel = channels[name];
    const phase: Phase = closedAt === null ? 'opened' : 'recovered';
    if (!channel || phases.get(name) === phase || (phase === 'recovered' && !phases.has(name))) return;
    if (sendableAt(channel, incident, now()) > now()) return;
    if (gate.enter(name) > 0) return;
    const where = { channel: name, incident: incident.key, phase };
    const startedAt = performance.now();
    const notice = { incident, phase, openedAt, recoveredAt: closedAt, link: null };
    const names = { id: `${id}-${phase}`, dedupKey: `${prefix}/${incident.key}` };
    const error = await deps.sendNotice(channel, { ...notice, ...names }, { source: receiver, now });
    gate.leave(name, error);
    if (error !== undefined) {
      telemetry.emit('notify.failed', { ...where, attempt: 1, error: error.message });
      return;
    }
    phases.set(name, phase);
    telemetry.emit('notify.sent', { ...where, durationMs: performance.now() - startedAt });
  }

  return {
    listener(kind, fields) {
      if (kind === 'spool.size' && 'bytes' in fields) record({ bytes: fields.bytes });
      else if (kind === 'spool.full' || kind === 'spool.failed') failingUntil = now() + FAILURE_HOLD_MS;
    },
    async look(redisTakes) {
      record({ redisAccepts: redisTakes });
      if (checking) return;
      checking = true;
      update();
      if (alarm !== null) await deliverAll(alarm);
      checking = false;
    },
  };
}

const COMMON = { severity: 'critical', instance: null, path: '/' } as const;
const ACTION = 'Restore Redis. /readyz and /metrics of the receiver show the current state.';

function spoolFilling(receiver: string): Incident {
  return {
    ...COMMON,
    key: `spool-filling/${receiver}`,
    kind: 'spool-filling',
    title: `Redis unavailable: webhooks are spooled to disk on ${receiver}`,
    text: `No renewals run until Redis is available again, and webhooks are lost when the spool is full. ${ACTION}`,
  };
}

function redisAway(receiver: string): Incident {
  return {
    ...COMMON,
    key: `redis-away/${receiver}`,
    kind: 'redis-away',
    title: `Redis unavailable: ${receiver} is rejecting webhooks`,
    text: `No renewals run and webhooks are lost until Redis is available again. Sweeps find the changes later. Configure spool.folder to keep webhooks. ${ACTION}`,
  };
}
