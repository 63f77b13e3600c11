import { expect, it } from 'vitest';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { OVERLAP, repeat, startEnvironment, WAITS } from './environment.js';

const DUE = 6;

it(
  'the declarative status verifies every renewal on a server whose Macs report no inventory',
  async () => {
    const environment = await startEnvironment({
      simulator: {
        fleet: { computers: 20, due: DUE },
        rhythm: { inventory: '7d', inventoryAfterInstall: { share: 0 }, statusWithin: '1s' },
      },
      okta: {
        proof: 'either',
        overlap: OVERLAP,
        // No inventory, and no webhook: the last contact that Recert knows stays that of the first sweep.
        waits: { ...WAITS, online: '24h', command: '15m', status: ['100ms', '500ms', '1s', '2s'] },
      },
    });
    await environment.startWorker();
    const isVerified = async () => {
      const records = await environment.records();
      return records.length === DUE && records.every(({ state }) => state === 'verified');
    };
    await environment.eventually(isVerified);
    const records = await environment.records();
    expect(records.map(({ proof }) => proof?.source)).toEqual(repeat(DUE, 'status'));
    expect(environment.issued()).toEqual(repeat(DUE, 1));
    // Redis shows these Macs as renewed, before Jamf Pro knows the certificate by inventory.
    const states = await environment.computers.countStates('demo', 'okta');
    expect(states.due + states.overdue + states.expired).toBe(0);
    for (const { computerId, proof } of records) {
      const shown = environment.simulator.world.inventoryOf(Number(computerId))?.certificates;
      expect(shown?.map(({ serialNumber }) => serialNumber)).not.toContain(proof?.serialNumber);
    }
  },
  LONG_TEST_MS,
);
