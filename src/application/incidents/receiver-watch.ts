import type { NotificationsConfig } from '../../config/sections/notifications.js';
import { workersSilent } from '../../domain/incidents/detect.js';
import type { SendGate } from './send-gate.js';
import { channelsFor } from './route-incident.js';
import { deliver, type DeliverDeps } from './deliver.js';

/** Dependencies of the monitoring of workers. */
export interface WorkerWatchDeps extends DeliverDeps {
  settings: Pick<NotificationsConfig, 'every' | 'workersSilent'>;
  gate: SendGate;
}

/** Detects, in a receiver, that no worker is running. */
export interface WorkerWatch {
  /**
   * Opens the incident `workers-silent` and sends it if no worker has checked for incidents for too long.
   * @throws the error of Redis.
   */
  look(): Promise<void>;
}

/** The incident opens only after this number of missed checks, even if `workersSilent` is shorter. */
const MISSED_CHECKS = 3;
/**
 * Duration of the lease of the receiver that sends the incident, milliseconds. It is longer than the timeout of a
 * channel, so the lease does not expire while the receiver sends.
 */
const LEASE_MS = 15_000;
const MAX_PENDING = 100;

/**
 * Creates the monitoring of workers in a receiver. Workers detect and send all other incidents, but cannot report
 * that no worker runs. The receiver that holds the lease opens the incident. The first worker that runs again closes
 * the incident and sends the resolution. The time without a check is measured on the clock of this process. It begins
 * when the process starts, or when the process detects that a worker made a check.
 */
export function createWorkerWatch({ settings, gate, ...deps }: WorkerWatchDeps): WorkerWatch {
  const { channels, incidents, telemetry, now } = deps;
  const silentAfterMs = Math.max(settings.workersSilent, MISSED_CHECKS * settings.every);
  const startedAt = now();
  let last: { lookAt: number | null; seenAt: number } = { lookAt: null, seenAt: startedAt };

  async function deliverPending(): Promise<void> {
    const pending = await incidents.pending(MAX_PENDING);
    const records = await Promise.all(pending.map(({ id }) => incidents.read(id)));
    const own = pending.filter((_, index) => records[index]?.incident.kind === 'workers-silent');
    await Promise.all(
      own.map(({ id: incidentId, channel }) =>
        // If the delivery fails, the notification stays pending and is retried at the next check.
        deliver(deps, { incidentId, channel }, { attempt: 1, gate }).catch(() => undefined),
      ),
    );
  }

  return {
    async look() {
      const lookAt = await incidents.lastLookAt();
      if (lookAt !== last.lookAt) last = { lookAt, seenAt: now() };
      if (now() - last.seenAt < silentAfterMs) return;
      const turn = await incidents.takeReceiversTurn(LEASE_MS);
      if (turn === null) return;
      const incident = workersSilent(lookAt ?? startedAt);
      const routed = { ...incident, channels: channelsFor(incident, channels) };
      const opened = await incidents.openAlone(turn, routed, { now: now(), everyMs: LEASE_MS });
      const { key, kind: what, severity, instance, title } = incident;
      if (opened?.length) telemetry.emit('incident.opened', { key, what, severity, instance, title });
      if (opened) await deliverPending();
    },
  };
}
