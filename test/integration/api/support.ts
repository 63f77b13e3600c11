import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Router } from 'express';
import { Redis } from 'ioredis';
import { apiRoutes } from '../../../src/api/server/api.js';
import { createBatchWorker } from '../../../workers/batch.js';
import { createLiveHub } from '../../../src/api/live/hub.js';
import { parseConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/schema.js';
import type { Certificate, Computer } from '../../../src/domain/computer.js';
import type { Profile } from '../../../src/domain/profile.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createQueues, type Queues } from '../../../src/queues/queues.js';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createLivePublisher } from '../../../src/store/live/publish.js';
import { openStores, type Stores } from '../../../src/store/open-stores.js';
import { createReplay } from '../../../src/webhooks/admission/replay.js';
import { createLiveStream } from '../../../src/store/live/stream.js';
import { createProfileStore } from '../../../src/store/profiles/profiles.js';
import { createTelemetry, type Telemetry } from '../../../src/telemetry/bus.js';
import type { EventKind } from '../../../src/telemetry/events.js';
import { expect } from 'vitest';
import { startTestRedis } from '../support/redis.js';

export const DAY_MS = 86_400_000;
export const CHALLENGE = 'the-scep-challenge-nobody-may-see';
export const JAMF_SECRET = 'the-jamf-secret-nobody-may-see';
export const WEBHOOK_SECRET = 'the-webhook-secret-nobody-may-see';

/** Clear-text tokens. */
export const TOKENS = {
  viewer: 'recert_test-viewer',
  operator: 'recert_test-operator',
  admin: 'recert_test-admin',
  expired: 'recert_test-expired',
} as const;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A configuration with the instance `prod`, and the given additions. */
async function testConfig(
  redisUrl: string,
  url: string,
  {
    mode = 'act',
    profile = '',
    more = '',
    top = () => '',
    jamfUrl = 'https://jamf.example.com',
    jamfSecret = JAMF_SECRET,
  }: Omit<ApiOptions, 'fleet'> = {},
): Promise<Config> {
  const settings = await top(url);
  return parseConfig(
    `
redis: { url: '${redisUrl}' }
${settings}
tokens:
  - { name: vera, role: viewer, sha256: ${sha256(TOKENS.viewer)} }
  - { name: oskar, role: operator, sha256: ${sha256(TOKENS.operator)} }
  - { name: ada, role: admin, sha256: ${sha256(TOKENS.admin)} }
  - { name: old, role: admin, sha256: ${sha256(TOKENS.expired)}, expires: 2020-01-31 }
instances:
  prod:
    url: ${jamfUrl}
    auth: { clientId: recert, clientSecret: '${jamfSecret}' }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: '${WEBHOOK_SECRET}' } } }
    profiles:
      okta: { mode: ${mode}, ${profile} overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } }
${more}`,
    { source: 'test.yaml', environment: {} },
  );
}

const BLUE_IDENTIFIER = '5f0cbb64-0000-4000-8000-000000000012';

function profileOf(id: string, name: string, identifier: string): Profile {
  const none = { computerIds: [], groupIds: [], departments: [], buildings: [] };
  return {
    id,
    name,
    identifier,
    level: 'System',
    scope: {
      allComputers: false,
      ...none,
      groupIds: id === '12' ? ['1'] : ['31'],
      exclusions: { ...none, groupIds: id === '12' ? ['32'] : [] },
    },
    redistributeDays: id === '12' ? 45 : undefined,
  };
}

function certificateOf(id: string, expiresAt: number): Certificate {
  return {
    subject: `CN=mac${id} ${BLUE_IDENTIFIER}`,
    serialNumber: `0A${id}`,
    fingerprint: '',
    issuedAt: expiresAt - 365 * DAY_MS,
    expiresAt,
    identity: true,
    active: true,
    username: '',
  };
}

/** A Mac in scope with a recent contact, whose certificate expires in this number of days. */
export function mac(id: string, daysLeft: number, now: number, more: Partial<Computer> = {}): Computer {
  return {
    id,
    udid: `00000000-0000-0000-0000-${id.padStart(12, '0')}`,
    serialNumber: `SERIAL${id}`,
    managementId: `management-${id}`,
    name: `mac-${id}`,
    username: `user${id}`,
    realName: `User ${id}`,
    email: `user${id}@example.com`,
    department: '',
    building: '',
    managed: true,
    mdmCapable: true,
    enrolledAt: now - 300 * DAY_MS,
    reportedAt: now - 60_000,
    lastContactAt: now - 60_000,
    groupIds: ['1'],
    certificates: [certificateOf(id, now + daysLeft * DAY_MS)],
    profiles: [],
    ...more,
  };
}

/** A receiver without webhooks on Redis with a small fleet. */
export interface TestApi {
  /** The mounted parts of the API. */
  router: Router;
  url: string;
  redis: Redis;
  queues: Queues;
  config: Config;
  stores: Stores;
  telemetry: Telemetry;
  /** Operator events since the start. */
  told: { kind: EventKind; fields: unknown }[];
  /** Sets the clock of the API, which otherwise stands still. */
  now: () => number;
  advance(byMs: number): void;
  save(...computers: Computer[]): Promise<void>;
  close(): Promise<void>;
}

/** Differences from the default environment. */
export interface ApiOptions {
  mode?: string;
  /** Additional settings of the watched profile, each followed by a comma. */
  profile?: string;
  /** Additional lines of the configuration, below the instance `prod`. */
  more?: string;
  /** Additional top-level settings. `url` is the address of the API. */
  top?: (url: string) => string | Promise<string>;
  fleet?: boolean;
  /** Clock of the API. Default: the current time. */
  startsAt?: number;
  /** Address of Jamf Pro and the client secret there. Default: none. */
  jamfUrl?: string;
  jamfSecret?: string;
}

/** Starts the environment. Its fleet: 1 healthy, 2 due, 3 out of scope, 4 unmanaged. */
export async function startApi(options: ApiOptions = {}): Promise<TestApi> {
  const server = await startTestRedis();
  const app = express();
  // On a busy machine, an idle connection can be closed at the moment of the next request.
  const http = createServer({ keepAliveTimeout: 0 }, app);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const redis = new Redis(server.url, { maxRetriesPerRequest: 1 });
  const config = await testConfig(server.url, url, options);
  const key = keysUnder(config.redis.prefix);
  const startedAt = options.startsAt ?? Date.now();
  let aheadMs = 0;
  const now = () => startedAt + aheadMs;
  const told: TestApi['told'] = [];
  const telemetry = createTelemetry((kind, fields) => void told.push({ kind, fields }));
  const stream = createLiveStream({ redis, key });
  const published = createLivePublisher(stream);
  telemetry.listen(published.listener);
  const live = createLiveHub({ connect: () => redis.duplicate(), stream });
  const queues = createQueues({ connection: redis, prefix: config.redis.prefix });
  const producers = createProducers(queues, { now });
  const profiles = createProfileStore({ redis, key, config });
  const computers = createComputerStore({ redis, key });
  for (const instance of Object.keys(config.instances)) {
    await profiles.save(instance, profileOf('12', 'Okta blue', BLUE_IDENTIFIER));
    await profiles.save(instance, profileOf('13', 'Okta green', '5f0cbb64-0000-4000-8000-000000000013'));
  }
  const save = async (...macs: Computer[]) => {
    const { watched } = await profiles.watchedProfiles('prod');
    await computers.save('prod', macs, { watched, now: now() });
  };
  if (options.fleet !== false)
    await save(
      mac('1', 200, startedAt),
      mac('2', 5, startedAt),
      mac('3', 5, startedAt, { groupIds: [] }),
      mac('4', 5, startedAt, { managed: false }),
    );
  const stores = openStores({ redis, config, telemetry, now });
  const workerRedis = redis.duplicate({ maxRetriesPerRequest: null });
  const batchWorker = createBatchWorker(
    { ...stores, producers, telemetry, now, stopping: new AbortController().signal },
    { connection: workerRedis, prefix: config.redis.prefix, concurrency: 1, lockMs: 5_000 },
  );
  const router = apiRoutes({
    replay: createReplay({ config, redis, key, stores, producers, telemetry, now }),
    config,
    stores,
    queues,
    producers,
    live,
    telemetry,
    now,
    version: '0.1.0',
  });
  app.use(router);
  return {
    router,
    url,
    redis,
    queues,
    config,
    stores,
    told,
    now,
    advance: (byMs) => {
      aheadMs += byMs;
    },
    save,
    telemetry,
    close: async () => {
      live.close();
      // Forced, because a test may have stopped Redis.
      await batchWorker.close(true);
      workerRedis.disconnect();
      await published.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await queues.close();
      redis.disconnect();
      await server.close();
    },
  };
}

/** Vitest types its matchers as `any`. This function types them as unknown. */
export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** A response with its parsed body. */
export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Sends a request to the API, like a program. */
export async function ask(
  { url }: Pick<TestApi, 'url'>,
  method: string,
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
