import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createEventLog, type EventLog } from '../../../src/store/admission/event-log.js';
import { createHints, type Hints } from '../../../src/store/hints/hints.js';
import { type Key, keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { untilTrue } from '../../support/eventually.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

export const SECRET = 'header-secret-1';
export const HEADERS = { 'Content-Type': 'application/json', 'X-Api-Key': SECRET };

const jamf = {
  url: 'https://jamf.example.com',
  auth: { clientId: 'id', clientSecret: 'secret' },
  profiles: {},
};

/** A configuration with three Jamf Pro servers, one for each type of authentication. */
export function configText(redisUrl: string, webhooks: object = {}): string {
  return stringify({
    redis: { url: redisUrl, prefix: 'test' },
    http: { port: 0, bodyLimit: 1_000_000 },
    instances: {
      prod: {
        ...jamf,
        webhooks: {
          authentication: { type: 'header', headers: { 'X-Api-Key': [SECRET, 'header-secret-2'] } },
          ...webhooks,
        },
      },
      staging: {
        ...jamf,
        webhooks: {
          authentication: { type: 'basic', username: 'jamf', password: 'basic-secret' },
          ...webhooks,
        },
      },
      lab: {
        ...jamf,
        webhooks: { authentication: { type: 'none', acceptUnauthenticated: true }, ...webhooks },
      },
    },
  });
}

/** A Redis server with the stores of Recert, and a function that starts receivers on it. */
export interface TestEnvironment {
  redis: Redis;
  server: TestRedis;
  key: Key;
  hints: Hints;
  log: EventLog;
  /** Kinds of operator events, with their fields, of all receivers. */
  events: { kind: string; fields: object }[];
  start(webhooks?: object): Promise<Receiver>;
  close(): Promise<void>;
}

export async function startEnvironment(): Promise<TestEnvironment> {
  const server = await startTestRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const key = keysUnder('test');
  const events: TestEnvironment['events'] = [];
  const telemetry = createTelemetry((kind, fields) => void events.push({ kind, fields }));
  const receivers: Receiver[] = [];
  return {
    redis,
    server,
    key,
    events,
    hints: createHints({ redis, key, now: Date.now }),
    log: createEventLog({ redis, key }),
    async start(webhooks) {
      const config = parseConfig(configText(server.url, webhooks), { source: 'test', environment: {} });
      const receiver = await startReceiver(config, { telemetry });
      receivers.push(receiver);
      await until(async () => (await fetch(`${receiver.url}/readyz`)).status === 200);
      return receiver;
    },
    async close() {
      await Promise.all(receivers.map((receiver) => receiver.stop()));
      redis.disconnect();
      await server.close();
    },
  };
}

/** Waits until a condition holds. */
export const until: (holds: () => Promise<boolean>) => Promise<void> = untilTrue;

/** The body of a webhook. Each call is another event, unless `at` is given. */
export function webhook(event: string, about: object, at: number = nextInstant()): string {
  return JSON.stringify({
    webhook: { id: 4, name: 'test', webhookEvent: event, eventTimestamp: at },
    event: about,
  });
}

let lastInstant = Date.now() - 60_000;
function nextInstant(): number {
  lastInstant += 1;
  return lastInstant;
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/webhooks/${name}`, import.meta.url), 'utf8');
}

/** Sends a webhook to `prod` and returns the status and the parsed response. */
export async function send(
  receiver: Receiver,
  body: string,
  { instance = 'prod', headers = HEADERS }: { instance?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; answer: Record<string, unknown> }> {
  const response = await fetch(`${receiver.url}/webhooks/jamf/${instance}`, {
    method: 'POST',
    headers,
    body,
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}
