import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

const MACS = 10;
const list = '/api/v4/computers-inventory?section=GENERAL&section=CERTIFICATES&page-size=20&sort=id:asc';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator({
    fleet: { computers: MACS, due: 2, unmanaged: 0, junk: 0, away: 0 },
  });
});
afterAll(() => simulator.close());
afterEach(() => simulator.control('DELETE', '/faults'));

const page = z.object({
  totalCount: z.int(),
  results: z.array(
    z.object({
      id: z.string(),
      general: z.object({ managementId: z.string() }),
      certificates: z.array(
        z.object({ subjectName: z.string(), identity: z.boolean(), lifecycleStatus: z.string() }),
      ),
    }),
  ),
});

const set = async (faults: FaultsInput) => {
  expect((await simulator.control('PUT', '/faults', { json: faults })).status).toBe(200);
};
const read = async () => page.parse((await simulator.call('GET', list)).json());

it('a record that fails spoils its page, and nothing else', async () => {
  await set({ records: { failing: [7] } });
  expect((await simulator.call('GET', list)).status).toBe(500);
  expect((await simulator.call('GET', '/api/v4/computers-inventory/7')).status).toBe(500);
  expect((await simulator.call('GET', '/api/v4/computers-inventory/6')).status).toBe(200);
  expect((await simulator.call('GET', `${list}&filter=id=in=(1,2)`)).status).toBe(200);
});

it('hides a share of the fleet, or all of it', async () => {
  await set({ records: { hidden: 0.3 } });
  expect((await read()).results.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  expect((await simulator.call('GET', '/api/v4/computers-inventory/8')).status).toBe(404);
  await set({ records: { hidden: 1 } });
  expect(await read()).toEqual({ totalCount: 0, results: [] });
});

it('blanks a management ID, an identity and a subject', async () => {
  const before = await read();
  await set({ records: { withoutManagementId: [3], withoutIdentity: 1, otherSubject: 1 } });
  const { results } = await read();
  expect(results.filter(({ general }) => general.managementId === '').map(({ id }) => id)).toEqual(['3']);
  const after = results.flatMap(({ certificates }) => certificates);
  expect(after.some(({ identity }) => identity)).toBe(false);
  expect(before.results.flatMap(({ certificates }) => certificates)).toHaveLength(after.length);
  expect(
    after.filter(({ subjectName }) => subjectName === 'CN=device,O=Example').length,
  ).toBeGreaterThanOrEqual(MACS);
});

it('spells the words of an enumeration differently', async () => {
  await set({ words: 'lower' });
  const certificates = (await read()).results.flatMap((one) => one.certificates);
  expect(new Set(certificates.map(({ lifecycleStatus }) => lifecycleStatus))).toEqual(new Set(['active']));
});

it('does not list acknowledged profile commands, or knows no INSTALL_PROFILE', async () => {
  const [mac] = simulator.world.computers.all();
  if (!mac) throw new Error('no Mac');
  const { uuid } = simulator.world.commands.send(mac.managementId, 'INSTALL_PROFILE');
  const [command] = simulator.world.commands.all().filter((one) => one.uuid === uuid);
  if (!command) throw new Error('no command');
  command.state = 'ACKNOWLEDGED';
  const path = (filter: string) =>
    `/api/v2/mdm/commands?filter=${encodeURIComponent(`clientManagementId==${mac.managementId}${filter}`)}`;
  const states = async () =>
    z
      .object({ results: z.array(z.object({ commandType: z.string(), commandState: z.string() })) })
      .parse((await simulator.call('GET', path(''))).json())
      .results.filter(({ commandType }) => /install/iu.test(commandType));
  await set({ words: 'camel' });
  expect(await states()).toContainEqual({ commandType: 'InstallProfile', commandState: 'Acknowledged' });
  await set({ commands: { hideAcknowledged: true } });
  expect(await states()).toEqual([]);
  await set({ commands: { withoutInstallProfile: true } });
  expect(await states()).toEqual([]);
  expect((await simulator.call('GET', path(';command==INSTALL_PROFILE'))).status).toBe(500);
});
