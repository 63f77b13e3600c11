import { describe, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { specsAreThere } from '../support/openapi-schema.js';
import { loadContract } from '../support/openapi.js';
import { failureOf, startSimulatedJamf } from './support.js';
import { OPEN } from '../../support/fence.js';

const small = { fleet: { computers: 10, due: 2 } };

describe('a read succeeds despite', () => {
  it.each([
    ['401 in the middle', { kind: 'status', status: 401 }],
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfterSeconds: 0 }],
    ['500 without errors', { kind: 'status', status: 500, body: 'empty-errors' }],
    ['503 as a page', { kind: 'status', status: 503, body: 'html' }],
    ['a page in place of JSON', { kind: 'html' }],
    ['half a body', { kind: 'half-body' }],
    ['a hung connection', { kind: 'hang' }],
  ] as const)('%s, in inventory and in the Classic API', async (_, fault) => {
    const { jamf, faults } = await startSimulatedJamf(small, { timeout: 500 });
    await jamf.version();
    await faults({ http: [{ ...fault, path: 'computers-inventory$', count: 1 }] });
    expect((await jamf.listComputers({}, 0)).total).toBe(10);
    await faults({ http: [{ ...fault, path: '^/JSSResource', count: 1 }] });
    expect((await jamf.readProfile(String(SEEDED.blue))).id).toBe(String(SEEDED.blue));
  });

  it('an expired token, replaced once for all callers', async () => {
    const clients = [{ id: 'recert', secret: 'recert-secret', tokenLifetime: '60s' }];
    const { jamf, simulator, requests } = await startSimulatedJamf({ ...small, http: { clients } });
    await jamf.version();
    await simulator.world.clock.advance(120_000);
    await Promise.all(Array.from({ length: 20 }, (_, index) => jamf.listComputers({}, index % 2)));
    const signIns = (await requests()).filter(({ path }) => path === '/api/oauth/token');
    expect(signIns).toHaveLength(2);
  });

  it('a restart of Jamf Pro', async () => {
    const { jamf, simulator } = await startSimulatedJamf(small);
    await jamf.version();
    simulator.world.actions.restart(60_000);
    const error = await failureOf(jamf.listComputers({}, 0));
    expect(error).toMatchObject({ status: 503, retryable: true, inDoubt: false });
    await simulator.world.clock.advance(61_000);
    expect((await jamf.listComputers({}, 0)).total).toBe(10);
  });
});

if (!specsAreThere)
  console.warn(
    'CONTRACT NOT CHECKED: ../shared/jamf/openapi is not there, so the calls of the client are not held against it.',
  );

it.runIf(specsAreThere)('every call of the client matches the API descriptions', async () => {
  const { jamf, simulator, requests } = await startSimulatedJamf(small);
  const [mac] = simulator.world.computers.all();
  const { id = 0, managementId = '', serialNumber = '', name = '' } = mac ?? {};
  await jamf.readComputers([String(id)]);
  await jamf.listComputers({ reportedAfter: 1, serialNumber, username: 'a"b c', name }, 0);
  await jamf.readProfile(String(SEEDED.blue));
  await jamf.addToGroup(String(SEEDED.joinGreen), [String(id)], OPEN);
  await jamf.removeFromGroup(String(SEEDED.joinGreen), [String(id)], OPEN);
  await jamf.findCommands({ managementId, type: 'INSTALL_PROFILE', profileId: '12', sentAfter: 1_000 });
  await jamf.blankPush([managementId], OPEN);
  await jamf.readFailedCommands(String(id));
  await jamf.readGroup(String(SEEDED.joinGreen));
  const contract = loadContract();
  const sent = await requests();
  expect(sent.length).toBeGreaterThanOrEqual(11);
  expect(sent.filter(({ status }) => status === null || status >= 400)).toEqual([]);
  expect(sent.flatMap((request) => contract.checkRequest(request))).toEqual([]);
});
