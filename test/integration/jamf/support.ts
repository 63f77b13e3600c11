import { onTestFinished } from 'vitest';
import { type ServerOptionsInput, type Simulator, startSimulator } from '../../../simulator/index.js';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { Secret } from '../../../src/config/values/secret.js';
import type { JamfConnection } from '../../../src/jamf/client.js';
import { createJamfClient } from '../../../src/jamf/create.js';
import { JamfError } from '../../../src/domain/jamf-error.js';
import type { JamfSettings } from '../../../src/jamf/settings.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { limitByProcessTime } from '../../support/process-time.js';

/** An entry of the request log of the simulator. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: Record<string, unknown>;
  status: number | null;
  node: number;
  contentType: string | null;
  body: string | null;
}

/** The client with a simulated Jamf Pro over HTTP. */
export interface SimulatedJamf {
  jamf: JamfConnection;
  simulator: Simulator;
  faults: (faults: FaultsInput) => Promise<void>;
  requests: () => Promise<LoggedRequest[]>;
}

/** Starts both. They end with the test. The clock of the fleet stands still unless it is advanced. */
export async function startSimulatedJamf(
  options: ServerOptionsInput = {},
  settings: Partial<JamfSettings> = {},
): Promise<SimulatedJamf> {
  limitByProcessTime();
  const simulator = await startSimulator({ clock: 'manual', ...options });
  const jamf = createJamfClient({
    instance: 'pretended',
    settings: {
      url: simulator.url,
      auth: { clientId: 'recert', clientSecret: new Secret('recert-secret') },
      tokenPath: '/api/oauth/token',
      maxConnections: 2,
      timeout: 10_000,
      pageSize: 25,
      ...settings,
    },
    telemetry: createTelemetry(),
    tuning: { backOffMs: 1, breakerFailures: 100, refusalHeldMs: 1 },
  });
  onTestFinished(async () => {
    jamf.close();
    await simulator.close();
  });
  return {
    jamf,
    simulator,
    faults: async (faults) => {
      const answer = await fetch(`${simulator.controlUrl}/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(faults),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    requests: async () => (await (await fetch(`${simulator.controlUrl}/requests`)).json()) as LoggedRequest[],
  };
}

/** The `JamfError` of a call. Any other result fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<JamfError> {
  const outcome = await call.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  if (outcome instanceof JamfError) return outcome;
  throw new Error('expected a JamfError', { cause: outcome });
}
