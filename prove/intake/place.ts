import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../scripts/redis.mjs';
import { createEventLog, type EventLog } from '../../src/store/admission/event-log.js';
import { createHints, type Hints } from '../../src/store/hints/hints.js';
import { keysUnder } from '../../src/store/redis/keys.js';
import { startProcess, type Running } from '../process.js';
import { openRedis } from '../redis.js';

/** Name of the only Jamf Pro server in the configuration. */
export const INSTANCE = 'prove';
const SECRET = 'a-secret-of-the-proof';

/** The test environment of the webhook proofs: Redis with its stores, and a receiver that can be restarted at the same address. */
export interface Place {
  /** Webhook URL. */
  address: URL;
  /** Authentication headers of Jamf Pro. */
  headers: Readonly<Record<string, string>>;
  log: EventLog;
  hints: Hints;
  /** Resident memory of the receiver, bytes. */
  memory(): Promise<number>;
  /** Response of `/readyz`. */
  readiness(): Promise<{ status: number; text: string }>;
  startReceiver(): Promise<Running>;
  killRedis(): Promise<void>;
  restartRedis(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Redis with append-only file. Data, logs and the spool are written to `folder`. Starts no receiver. */
export async function openPlace(folder: string): Promise<Place> {
  mkdirSync(folder, { recursive: true });
  const redis = await openRedis(join(folder, 'redis'));
  const port = await freePort();
  const file = join(folder, 'recert.yaml');
  writeFileSync(file, stringify(settings(redis.url, port, folder)), { mode: 0o600 });
  const key = keysUnder('recert');
  const base = `http://127.0.0.1:${port}`;
  const receivers: Running[] = [];
  return {
    address: new URL(`/webhooks/jamf/${INSTANCE}`, base),
    headers: { 'X-Api-Key': SECRET },
    log: createEventLog({ redis: redis.client, key }),
    hints: createHints({ redis: redis.client, key, now: Date.now }),
    memory: async () => memoryIn(await (await fetch(`${base}/metrics`)).text()),
    readiness: async () => {
      const response = await fetch(`${base}/readyz`);
      return { status: response.status, text: await response.text() };
    },
    startReceiver: async () => {
      const receiver = await startProcess(`receiver-${receivers.length + 1}`, {
        script: 'dist/src/main.js',
        ready: /"address":"([^"]+)"/,
        folder,
        environment: { RECERT_CONFIG: file },
      });
      receivers.push(receiver);
      return receiver;
    },
    killRedis: () => redis.kill(),
    restartRedis: () => redis.restart(),
    close: async () => {
      await Promise.all(receivers.map((receiver) => receiver.kill()));
      await redis.close();
    },
  };
}

function settings(redisUrl: string, port: number, folder: string): unknown {
  return {
    redis: { url: redisUrl },
    http: { port },
    log: { level: 'info', format: 'json' },
    spool: { folder: join(folder, 'spool') },
    instances: {
      [INSTANCE]: {
        // No request is sent to this server, because no worker runs.
        url: 'https://jamf.invalid',
        auth: { clientId: 'id', clientSecret: 'secret' },
        webhooks: {
          authentication: { type: 'header', headers: { 'X-Api-Key': SECRET } },
          keepEvents: 1_000_000,
        },
        profiles: {},
      },
    },
  };
}

function memoryIn(metrics: string): number {
  return Number(/^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)/m.exec(metrics)?.[1]);
}
