import { randomUUID } from 'node:crypto';
import type { ChannelConfig } from '../../config/sections/notifications.js';
import type { Incident, Phase } from '../../domain/incidents/incident.js';
import type { Listener, Telemetry } from '../../telemetry/bus.js';
import type { Ports } from '../ports.js';
import { createGate } from './send-gate.js';
import { channelsFor, tellableAt } from './route-incident.js';

/** What the alarm needs. */
export interface ReceiverAlarmDeps {
  channels: Readonly<Record<string, ChannelConfig>>;
  /** Bytes that the spool takes at most; `null` without a spool. */
  mostBytes: number | null;
  /** Name of this receiver, another one for each: machine and port. */
  receiver: string;
  /** Sets our keys apart from those of another Recert (redis.prefix). */
  prefix: string;
  sendNotice: Ports['sendNotice'];
  telemetry: Telemetry;
  now: () => number;
}

/** Watches Redis and the spool for one receiver. */
export interface ReceiverAlarm {
  /** To be put on the bus. */
  listener: Listener;
  /**
   * Tells what there is to tell, each channel once. `redisTakes`: whether Redis takes webhooks now. Never throws; what a channel did not
   * take is tried again at a later look.
   */
  look(redisTakes: boolean): Promise<void>;
}

/** Redis takes no webhooks for so long before somebody is told: a restart of Redis is over by then. */
const PATIENCE_MS = 5 * 60_000;
/** Filled to this share it is told at once. */
const FILLING = 0.5;
/** A disk that failed is taken for failing so long, unless it fails again. */
const FAILING_MS = 60_000;

interface Told {
  id: string;
  openedAt: number;
  closedAt: number | null;
  phases: Map<string, Phase>;
}

/**
 * Every other message goes through Redis. This one cannot: it is about Redis being away. So the receiver that sees it tells the channels
 * itself, from memory: a receiver that ends meanwhile forgets that it has told, and tells that it is over only of what it told itself.
 */
export function createReceiverAlarm(deps: ReceiverAlarmDeps): ReceiverAlarm {
  const { channels, mostBytes, receiver, prefix, telemetry, now } = deps;
  const gate = createGate(undefined, now);
  const incident = mostBytes === null ? redisAway(receiver) : spoolFilling(receiver);
  let bytes = 0;
  /** Since when webhooks are not in Redis, or would not be. */
  let since: number | null = null;
  let takes = true;
  let failingUntil = 0;
  let told: Told | null = null;
  let looking = false;

  function isPresent(): boolean {
    if (failingUntil > now() || (mostBytes !== null && bytes >= FILLING * mostBytes)) return true;
    return since !== null && now() - since >= PATIENCE_MS;
  }

  function note(change: { bytes?: number; takes?: boolean }): void {
    ({ bytes, takes } = { bytes, takes, ...change });
    since = takes && bytes === 0 ? null : (since ?? now());
  }

  function update(): void {
    if (isPresent()) {
      if (told === null || told.closedAt !== null)
        told = { id: randomUUID(), openedAt: now(), closedAt: null, phases: new Map() };
    } else if (told !== null && since === null) told.closedAt ??= now();
  }

  async function tellAll(current: Told): Promise<void> {
    await Promise.all(channelsFor(incident, channels).map((name) => tell(name, current)));
    if (current.closedAt !== null && ![...current.phases.values()].includes('opened')) told = null;
  }

  async function tell(name: string, { id, openedAt, closedAt, phases }: Told): Promise<void> {
    const channel = channels[name];
    const phase: Phase = closedAt === null ? 'opened' : 'recovered';
    if (!channel || phases.get(name) === phase || (phase === 'recovered' && !phases.has(name))) return;
    if (tellableAt(channel, incident, now()) > now()) return;
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
      if (kind === 'spool.size' && 'bytes' in fields) note({ bytes: fields.bytes });
      else if (kind === 'spool.full' || kind === 'spool.failed') failingUntil = now() + FAILING_MS;
    },
    async look(redisTakes) {
      note({ takes: redisTakes });
      if (looking) return;
      looking = true;
      update();
      if (told !== null) await tellAll(told);
      looking = false;
    },
  };
}

const SAME = { severity: 'critical', instance: null, path: '/' } as const;
const LOOK = 'Bring Redis back; /readyz and /metrics of the receiver tell how it stands.';

function spoolFilling(receiver: string): Incident {
  return {
    ...SAME,
    key: `spool-filling/${receiver}`,
    kind: 'spool-filling',
    title: `Redis does not take webhooks: they are kept on the disk of ${receiver}`,
    text: `No certificate is renewed meanwhile, and when the spool is full webhooks are lost. ${LOOK}`,
  };
}

function redisAway(receiver: string): Incident {
  return {
    ...SAME,
    key: `redis-away/${receiver}`,
    kind: 'redis-away',
    title: `Redis does not take webhooks: ${receiver} refuses them`,
    text: `No certificate is renewed meanwhile, and webhooks are lost until a sweep finds what they told: spool.folder keeps them. ${LOOK}`,
  };
}
