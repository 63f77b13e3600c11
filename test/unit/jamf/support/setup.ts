import { onTestFinished } from 'vitest';
import { Secret } from '../../../../src/config/values/secret.js';
import { createJamfSetup } from '../../../../src/jamf/create.js';
import type { JamfSetupConnection } from '../../../../src/jamf/setup.js';
import { createTelemetry } from '../../../../src/telemetry/bus.js';
import { limitByProcessTime } from '../../../support/process-time.js';
import { CLIENT_SECRET } from './client.js';
import { type Script, type ScriptedServer, startScript } from './server.js';

/** A client for the setup, and what a test checks about it. */
export interface SetUp {
  jamf: JamfSetupConnection;
  server: ScriptedServer;
  /** All events as text. */
  told: () => string;
}

/** A setup client of a scripted server. Both end with the test. Its waits take no time. */
export async function connectSetup(
  script: Script,
  { now = Date.now, timeoutMs = 5_000 }: { now?: () => number; timeoutMs?: number } = {},
): Promise<SetUp> {
  limitByProcessTime();
  const server = await startScript(script);
  const told: unknown[] = [];
  const jamf = createJamfSetup({
    instance: 'production',
    settings: {
      url: server.url,
      auth: { clientId: 'recert', clientSecret: new Secret(CLIENT_SECRET) },
      tokenPath: '/api/oauth/token',
      maxConnections: 2,
      timeout: timeoutMs,
      pageSize: 100,
    },
    telemetry: createTelemetry((kind, fields) => told.push({ kind, fields })),
    now,
    sleep: () => Promise.resolve(),
  });
  onTestFinished(async () => {
    jamf.close();
    await server.close();
  });
  return { jamf, server, told: () => JSON.stringify(told) };
}
