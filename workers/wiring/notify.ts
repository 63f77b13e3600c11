import type { DeliverDeps } from '../../src/application/incidents/deliver.js';
import { readFacts } from '../../src/application/incidents/read-facts.js';
import type { DetectionDeps } from '../../src/application/incidents/watch-incidents.js';
import type { OverviewSources } from '../../src/application/fleet/overview.js';
import type { Config } from '../../src/config/schema.js';
import { trySend } from '../../src/notify/channel.js';
import { createHeartbeat } from '../../src/notify/heartbeat.js';
import { readVersion } from '../../src/process/version.js';
import { finishedSweeps } from '../../src/queues/finished-sweeps.js';
import type { Producers } from '../../src/queues/producers.js';
import { queueStats } from '../../src/queues/queue-stats.js';
import type { Stores } from '../../src/store/open-stores.js';
import type { WorkerContext } from './wiring.js';

/**
 * Creates the dependencies of the detection of incidents and of the delivery of notifications, using the stores of
 * the other workers.
 */
export function createNotifyDeps(
  config: Config,
  { queues, telemetry, now, stopping }: Pick<WorkerContext, 'queues' | 'telemetry' | 'now' | 'stopping'>,
  { stores, producers }: { stores: Stores; producers: Producers },
): { look: DetectionDeps; deliver: DeliverDeps; overview: OverviewSources } {
  const { incidents, breakGlass } = stores;
  const sources: OverviewSources = {
    ...stores,
    config,
    version: readVersion(),
    now,
    queueStats: () => queueStats(queues),
    finishedSweeps: () => finishedSweeps(queues),
  };
  const { notifications, http, redis: settings } = config;
  const { channels, heartbeat } = notifications;
  return {
    overview: sources,
    look: {
      settings: notifications,
      incidents,
      producers,
      telemetry,
      stopping,
      beat: heartbeat && createHeartbeat({ url: heartbeat, telemetry }),
      facts: () => readFacts({ ...sources, breakGlass }),
    },
    deliver: {
      channels,
      incidents,
      sendNotice: trySend,
      telemetry,
      now,
      publicUrl: http.publicUrl,
      prefix: settings.prefix,
    },
  };
}
