import { expect } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { overviewOf } from '../../../src/application/fleet/overview.js';
import type { Overview } from '../../../src/contract/resources/overview.js';
import { openStores } from '../../../src/store/open-stores.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { type TestEnvironment, type EnvironmentOptions, startEnvironment } from './environment.js';

/** A test environment with a faulty Jamf Pro, and the findings of Recert about it. */
export interface FaultyEnvironment {
  environment: TestEnvironment;
  stores: ReturnType<typeof openStores>;
  /** IDs of all Macs, and of those whose certificate is due. */
  all: readonly number[];
  due: readonly number[];
  /** Replaces all faults of the simulator. */
  setFaults(faults: FaultsInput): Promise<void>;
  /** Findings of the overview, as `severity: text`. */
  findings(): Promise<string[]>;
}

/** Starts the environment without a worker. */
export async function startFaultyEnvironment(plan: EnvironmentOptions): Promise<FaultyEnvironment> {
  const environment = await startEnvironment(plan);
  const { simulator } = environment;
  const stores = openStores({ ...environment, telemetry: createTelemetry(), now: Date.now });
  const all = simulator.world.computers.all().map(({ id }) => id);
  return {
    environment,
    stores,
    all,
    due: all.filter((id) => simulator.world.mac(id)?.due === true),
    async setFaults(faults) {
      const response = await fetch(`${simulator.controlUrl}/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(faults),
      });
      expect(response.status, await response.text()).toBe(200);
    },
    findings: async () =>
      (await findingsOf(environment, stores)).map(({ severity, text }) => `${severity}: ${text}`),
  };
}

async function findingsOf(
  { config }: TestEnvironment,
  stores: ReturnType<typeof openStores>,
): Promise<Overview['findings']> {
  const queue = { waiting: 0, active: 0, delayed: 0, failed: 0, workers: 1 };
  const overview = await overviewOf({
    ...stores,
    config,
    version: 'test',
    now: Date.now,
    queueStats: () =>
      Promise.resolve({ assess: queue, sweep: queue, redistribute: queue, batch: queue, notify: queue }),
    finishedSweeps: () => Promise.resolve([]),
  });
  return overview.findings;
}
