import { randomUUID } from 'node:crypto';
import type { ChannelConfig } from '../config/notifications.js';
import type { Incident, Phase } from '../domain/incidents/incident.js';
import type { Listener, Telemetry } from '../telemetry/bus.js';
import { send } from './channel.js';
import { channelsFor, tellableAt } from './route.js';

/** What the alarm needs. */
export interface SpoolAlarmDeps {
  channels: Readonly<Record<string, ChannelConfig>>;
  /** Bytes that the spool takes at most. */
  mostBytes: number;
  /** Name of this machine: each receiver has a spool of its own. */
  host: string;
  /** Sets our keys apart from those of another Recert (redis.prefix). */
  prefix: string;
  telemetry: Telemetry;
  now: () => number;
}

/** Watches the spool of one receiver. */
export interface SpoolAlarm {
  /** To be put on the bus. */
  listener: Listener;
  /** Tells what there is to tell, each channel once. Never throws; what a channel did not take is tried again at the next look. */
  look(): Promise<void>;
}

/** Webhooks go to the disk for so long before somebody is told: a restart of Redis is over by then. */
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
export function createSpoolAlarm(deps: SpoolAlarmDeps): SpoolAlarm {
  const { channels, mostBytes, host, prefix, telemetry, now } = deps;
  const incident = incidentOf(host);
  let bytes = 0;
  let since: number | null = null;
  let failingUntil = 0;
  let told: Told | null = null;
  let looking = false;

  function isPresent(): boolean {
    if (failingUntil > now() || bytes >= FILLING * mostBytes) return true;
    return since !== null && now() - since >= PATIENCE_MS;
  }

  function update(): void {
    if (isPresent()) {
      if (told === null || told.closedAt !== null)
        told = { id: randomUUID(), openedAt: now(), closedAt: null, phases: new Map() };
    } else if (told !== null && bytes === 0) told.closedAt ??= now();
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
    const where = { channel: name, incident: incident.key, phase };
    const startedAt = performance.now();
    try {
      const notice = { incident, phase, openedAt, recoveredAt: closedAt, link: null };
      const names = { id: `${id}-${phase}`, dedupKey: `${prefix}/${incident.key}` };
      await send(channel, { ...notice, ...names }, { source: host, now });
      phases.set(name, phase);
      telemetry.emit('notify.sent', { ...where, durationMs: performance.now() - startedAt });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      telemetry.emit('notify.failed', { ...where, attempt: 1, error: said });
    }
  }

  return {
    listener(kind, fields) {
      if (kind === 'spool.size' && 'bytes' in fields) {
        bytes = fields.bytes;
        since = bytes > 0 ? (since ?? now()) : null;
      } else if (kind === 'spool.full' || kind === 'spool.failed') failingUntil = now() + FAILING_MS;
    },
    async look() {
      if (looking) return;
      looking = true;
      update();
      if (told !== null) await tellAll(told);
      looking = false;
    },
  };
}
function incidentOf(host: string): Incident {
  return {
    key: `spool-filling/${host}`,
    kind: 'spool-filling',
    severity: 'critical',
    instance: null,
    title: `Redis does not take webhooks: they are kept on the disk of ${host}`,
    text: 'No certificate is renewed meanwhile, and when the spool is full webhooks are lost. Bring Redis back; /readyz and /metrics of the receiver tell how it stands.',
    path: '/',
  };
}
