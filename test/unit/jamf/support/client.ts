import { onTestFinished } from 'vitest';
import { Secret } from '../../../../src/config/values/secret.js';
import type { JamfConnection } from '../../../../src/jamf/client.js';
import { createJamfClient } from '../../../../src/jamf/create.js';
import { JamfError } from '../../../../src/domain/jamf-error.js';
import type { Limiter } from '../../../../src/jamf/transport/limiter/limiter.js';
import type { JamfSettings, Tuning } from '../../../../src/jamf/settings.js';
import { createTelemetry } from '../../../../src/telemetry/bus.js';
import type { EventKind } from '../../../../src/telemetry/events.js';
import { limitByProcessTime } from '../../../support/process-time.js';
import { type Script, type ScriptedServer, startScript } from './server.js';

/** A clock that stands still except for the waits of the client, which take no real time. */
export interface TestClock {
  now: number;
  /** Every wait, milliseconds. */
  waits: number[];
}

/** A client, and what a test checks about it. */
export interface Connected {
  jamf: JamfConnection;
  server: ScriptedServer;
  clock: TestClock;
  told: { kind: EventKind; fields: unknown }[];
}

export const CLIENT_SECRET = 'canary-client-secret';
export const START = Date.UTC(2026, 10, 23, 12);

/** A client of a scripted server, optionally under a path. Both end with the test. Random values are always 0.5. */
export async function connect(
  script: Script,
  {
    settings = {},
    tuning = {},
    under = '',
    limiter,
  }: { settings?: Partial<JamfSettings>; tuning?: Partial<Tuning>; under?: string; limiter?: Limiter } = {},
): Promise<Connected> {
  limitByProcessTime();
  const server = await startScript(script);
  const clock: TestClock = { now: START, waits: [] };
  const told: Connected['told'] = [];
  const jamf = createJamfClient({
    instance: 'production',
    settings: {
      url: `${server.url}${under}`,
      auth: { clientId: 'recert', clientSecret: new Secret(CLIENT_SECRET) },
      tokenPath: '/api/oauth/token',
      maxConnections: 2,
      timeout: 5_000,
      pageSize: 100,
      ...settings,
    },
    telemetry: createTelemetry((kind, fields) => told.push({ kind, fields })),
    now: () => clock.now,
    random: () => 0.5,
    sleep: (ms) => {
      clock.waits.push(ms);
      clock.now += ms;
      return Promise.resolve();
    },
    tuning: { breakerFailures: 1_000, ...tuning },
    ...(limiter ? { limiter: () => limiter } : {}),
  });
  onTestFinished(async () => {
    jamf.close();
    await server.close();
  });
  return { jamf, server, clock, told };
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

/** The events of one kind. */
export function toldOf({ told }: Connected, kind: EventKind): unknown[] {
  return told.filter((event) => event.kind === kind).map(({ fields }) => fields);
}
