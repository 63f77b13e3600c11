import type { OverviewSources } from '../../src/application/fleet/overview.js';
import { lookAtQueues } from '../../src/queues/queue-stats.js';
import { signsOfLife } from '../../src/application/fleet/last-activity.js';
import { readVersion } from '../../src/process/version.js';
import type { Config } from '../../src/config/schema.js';
import type { Producers } from '../../src/queues/producers.js';
import type { CursorStore } from '../../src/store/cursors/cursors.js';
import { createHeartbeat } from '../../src/notify/heartbeat.js';
import { createBreakGlassStore } from '../../src/store/access/break-glass.js';
import { createEventLog } from '../../src/store/admission/event-log.js';
import { createIncidentStore } from '../../src/store/incidents/incidents.js';
import { keysUnder } from '../../src/store/redis/keys.js';
import type { DeliverDeps } from '../../src/application/incidents/deliver.js';
import type { Ground } from '../../src/application/inventory/deps.js';
import { readFacts } from '../../src/application/incidents/read-facts.js';
import type { LookDeps } from '../../src/application/incidents/watch-incidents.js';

type Stores = Pick<
  OverviewSources,
  'computers' | 'profiles' | 'profileAudits' | 'hints' | 'redistributions' | 'limits' | 'leases' | 'natives'
> & { cursors: CursorStore; producers: Producers };

/** What looking for incidents and telling them needs, from the stores that the workers have already. */
export function createNotifyDeps(
  config: Config,
  {
    redis,
    queues,
    telemetry,
    now,
    stopping,
  }: Pick<Ground, 'redis' | 'queues' | 'telemetry' | 'now' | 'stopping'>,
  { cursors, producers, ...stores }: Stores,
): { look: LookDeps; deliver: DeliverDeps } {
  const key = keysUnder(config.redis.prefix);
  const incidents = createIncidentStore({ redis, key });
  const events = createEventLog({ redis, key });
  const breakGlass = createBreakGlassStore({ redis, key });
  const sources: OverviewSources = {
    ...stores,
    config,
    version: readVersion(),
    now,
    lookAtQueues: () => lookAtQueues(queues),
    signsOfLife: (instance) => signsOfLife(instance, { events, cursors, queues }),
  };
  const { notifications, http, redis: settings } = config;
  const { channels, heartbeat } = notifications;
  return {
    look: {
      settings: notifications,
      incidents,
      producers,
      telemetry,
      stopping,
      beat: heartbeat && createHeartbeat({ url: heartbeat, telemetry }),
      facts: () => readFacts({ ...sources, breakGlass }),
    },
    deliver: { channels, incidents, telemetry, now, publicUrl: http.publicUrl, prefix: settings.prefix },
  };
}
