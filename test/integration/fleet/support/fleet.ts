import type { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { parseConfig } from '../../../../src/config/load.js';
import type { Config } from '../../../../src/config/schema.js';
import { createProducers } from '../../../../src/queues/producers.js';
import { createQueues, type Queues } from '../../../../src/queues/queues.js';
import { createComputerStore } from '../../../../src/store/computers/computers.js';
import { createCursorStore } from '../../../../src/store/cursors/cursors.js';
import { createHints, type HintReason } from '../../../../src/store/hints/hints.js';
import { keysUnder } from '../../../../src/store/redis/keys.js';
import { createLimitStore } from '../../../../src/store/limits/limits.js';
import { createOktaStore } from '../../../../src/store/okta/okta.js';
import { createProfileAuditStore } from '../../../../src/store/profiles/profile-audits.js';
import { createProfileHints } from '../../../../src/store/hints/profile-hints.js';
import { createProfileStore } from '../../../../src/store/profiles/profiles.js';
import { createTelemetry } from '../../../../src/telemetry/bus.js';
import type { EventKind, OperatorEvents } from '../../../../src/telemetry/events.js';
import { createAssessWorker } from '../../../../workers/assess.js';
import type { AssessedMac, FleetDeps } from '../../../../src/application/inventory/deps.js';
import { createSweepWorker } from '../../../../workers/sweep.js';
import { type FakeJamf, fakeJamf } from './jamf.js';

/** Everything that assesses the fleet, on Redis, with Jamf Pro as an object and without redistributions. */
export interface TestFleet {
  jamf: FakeJamf;
  deps: FleetDeps;
  queues: Queues;
  redis: Redis;
  /** Whatever was decided about a Mac, in order: `7 due`. */
  considered: string[];
  /** Names of the watched profiles whose wait queue was woken. */
  woken: string[];
  /** Adds a hint, and wakes the worker like the receiver. */
  hint(ids: readonly (string | number)[], hint?: { reason?: HintReason; inMs?: number }): Promise<void>;
  /** Events of a kind so far. */
  told<Kind extends EventKind>(kind: Kind): OperatorEvents[Kind][];
  /** Starts workers like those of another process. */
  work(): Promise<{ close(): Promise<void> }>;
  stopping: AbortController;
  close(): Promise<void>;
}

const OVERLAP = '{ blue: 11, green: 12, joinGreen: 21, leaveBlue: 22 }';

function configFor(url: string, overlap: string): Config {
  return parseConfig(
    `
redis: { url: "${url}" }
worker: { port: 0, lock: 1s }
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: a, clientSecret: b }
    timeout: 1s
    webhooks: { authentication: { type: none, acceptUnauthenticated: true }, gather: 50ms }
    sweep: { changed: 1h, full: 24h, open: 1h }
    profiles:
      wifi:
        jitter: 0ms
        overlap: ${overlap}
`,
    { source: 'test', environment: {} },
  );
}

export function testFleet(
  url: string,
  {
    now = Date.now,
    jamf = fakeJamf(),
    overlap = OVERLAP,
  }: { now?: () => number; jamf?: FakeJamf; overlap?: string } = {},
): TestFleet {
  const config = configFor(url, overlap);
  const redis = new Redis(url);
  const key = keysUnder(config.redis.prefix);
  const queues = createQueues({ connection: redis, prefix: config.redis.prefix });
  const producers = createProducers(queues, { now });
  const events: { kind: EventKind; fields: unknown }[] = [];
  const telemetry = createTelemetry((kind, fields) => void events.push({ kind, fields }));
  const considered: string[] = [];
  const woken: string[] = [];
  const stopping = new AbortController();
  const deps: FleetDeps = {
    instances: config.instances,
    jamf: () => jamf.client,
    computers: createComputerStore({ redis, key }),
    profiles: createProfileStore({ redis, key, config }),
    profileAudits: createProfileAuditStore({ redis, key }),
    askCa: () =>
      Promise.resolve({
        askedAt: now(),
        error: '',
        answered: true,
        renewal: false,
        expiresAt: null,
        raExpiresAt: null,
      }),
    okta: () => null,
    oktaStates: createOktaStore({ redis, key }),
    cursors: createCursorStore({ redis, key }),
    hints: createHints({ redis, key, now }),
    limits: createLimitStore({ redis, key, telemetry }),
    profileHints: createProfileHints({ redis, key, now }),
    producers,
    consider: ({ computer, assessment }: AssessedMac) => {
      considered.push(`${computer.id} ${computer.retiredAt === null ? assessment.state : 'retired'}`);
      return Promise.resolve();
    },
    restartLostJobs: () => Promise.resolve(0),
    wakeWaiting: (_instance, profile) => Promise.resolve(void woken.push(profile)),
    recordRenewal: ({ computer }) => {
      considered.push(`${computer.id} renewed`);
      return Promise.resolve();
    },
    restoreExcludedMacs: () => Promise.resolve(),
    watchGroups: () => Promise.resolve(),
    telemetry,
    now,
    lockMs: config.worker.lock,
    stopping: stopping.signal,
  };
  const undo: (() => Promise<unknown>)[] = [];
  return {
    jamf,
    deps,
    queues,
    redis,
    considered,
    woken,
    stopping,
    async hint(ids, { reason = 'inventory', inMs = 0 } = {}) {
      const wakeAt = await deps.hints.add('prod', ids.map(String), { reason, ripeAt: now() + inMs });
      if (wakeAt !== null) await producers.wakeAssess('prod', wakeAt - now());
    },
    told: <Kind extends EventKind>(kind: Kind) =>
      events.flatMap((event) => (event.kind === kind ? [event.fields as OperatorEvents[Kind]] : [])),
    async work() {
      const connection = new Redis(url, { maxRetriesPerRequest: null });
      const options = { connection, prefix: config.redis.prefix, concurrency: 3, lockMs: 1_000 };
      const workers: Worker[] = [createAssessWorker(deps, options), createSweepWorker(deps, options)];
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      const close = async () => {
        await Promise.all(workers.map((worker) => worker.close()));
        connection.disconnect();
      };
      undo.push(close);
      return { close };
    },
    async close() {
      stopping.abort();
      await Promise.all(undo.map((one) => one()));
      await queues.close();
      redis.disconnect();
    },
  };
}
