import { join } from 'node:path';
import { openEnvironment } from '../../harness/environment.js';
import { freePort } from '../../scripts/redis.mjs';
import { INSTANCE, type ServiceEnvironment, startService } from '../environment.js';

const SECRET = 'a-secret-of-the-proof';

/** The test environment of the webhook proofs: a receiver that can be restarted at the same address. */
export interface IntakeEnvironment extends ServiceEnvironment {
  /** Webhook URL. */
  address: URL;
  /** Authentication headers of Jamf Pro. */
  headers: Readonly<Record<string, string>>;
  /** Resident memory of the receiver, bytes. */
  memory(): Promise<number>;
  /** Response of `/readyz`. */
  readiness(): Promise<{ status: number; text: string }>;
}

/** Starts Redis. Data, logs and the spool are written to `folder` (default: a temporary folder). Starts no receiver. */
export async function openIntakeEnvironment(folder?: string): Promise<IntakeEnvironment> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  return openEnvironment(
    async (environment) => ({
      ...(await startService(environment, (addresses) => settings({ ...addresses, port }))),
      address: new URL(`/webhooks/jamf/${INSTANCE}`, base),
      headers: { 'X-Api-Key': SECRET },
      memory: async () => memoryIn(await (await fetch(`${base}/metrics`)).text()),
      readiness: async () => {
        const response = await fetch(`${base}/readyz`);
        return { status: response.status, text: await response.text() };
      },
    }),
    folder,
  );
}

function settings({ redisUrl, folder, port }: { redisUrl: string; folder: string; port: number }): object {
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
