import type { NotificationsConfig } from '../../config/sections/notifications.js';
import { workersSilent } from '../../domain/incidents/detect.js';
import type { Gate } from './send-gate.js';
import { channelsFor } from './route-incident.js';
import { deliver, type DeliverDeps } from './deliver.js';

/** What the lookout needs. */
export interface LookoutDeps extends DeliverDeps {
  settings: Pick<NotificationsConfig, 'every' | 'workersSilent'>;
  gate: Gate;
}

/** Watches, in a receiver, that workers look. */
export interface Lookout {
  /**
   * Opens an incident when no worker has looked for too long, and tells it.
   *
   * @throws what Redis throws.
   */
  look(): Promise<void>;
}

/** A worker that misses this many looks is not merely late. */
const LOOKS_MISSED = 3;
/** Longer than channels may take: who has the turn tells, and no other receiver meanwhile. */
const TURN_MS = 15_000;
const MOST_PENDING = 100;

/**
 * Workers find incidents and tell them, so that there is no worker is for the receivers to find and tell. The incident is one like all
 * others: whichever receiver has the turn opens it, what was told is on record, and the first worker that looks again closes it and tells
 * that it is over. How long nobody has looked is measured on the clock of this process, from when it began or saw the last look.
 */
export function createLookout({ settings, gate, ...deps }: LookoutDeps): Lookout {
  const { channels, incidents, telemetry, now } = deps;
  const patienceMs = Math.max(settings.workersSilent, LOOKS_MISSED * settings.every);
  const startedAt = now();
  let last: { lookAt: number | null; seenAt: number } = { lookAt: null, seenAt: startedAt };

  async function tell(): Promise<void> {
    const pending = await incidents.pending(MOST_PENDING);
    const records = await Promise.all(pending.map(({ id }) => incidents.read(id)));
    const ours = pending.filter((_, index) => records[index]?.incident.kind === 'workers-silent');
    await Promise.all(
      ours.map(({ id: incidentId, channel }) =>
        // What a channel did not take is on record as such, and tried again at a later look.
        deliver(deps, { incidentId, channel }, { attempt: 1, gate }).catch(() => undefined),
      ),
    );
  }

  return {
    async look() {
      const lookAt = await incidents.lastLookAt();
      if (lookAt !== last.lookAt) last = { lookAt, seenAt: now() };
      if (now() - last.seenAt < patienceMs) return;
      const turn = await incidents.takeReceiversTurn(TURN_MS);
      if (turn === null) return;
      const incident = workersSilent(lookAt ?? startedAt);
      const routed = { ...incident, channels: channelsFor(incident, channels) };
      const opened = await incidents.openAlone(turn, routed, { now: now(), everyMs: TURN_MS });
      const { key, kind: what, severity, instance, title } = incident;
      if (opened?.length) telemetry.emit('incident.opened', { key, what, severity, instance, title });
      if (opened) await tell();
    },
  };
}
