import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Group {
  computer_group: { computers: { id: number }[] };
}

let simulator: TestSimulator;
let groupId = 0;
beforeAll(async () => {
  simulator = await startTestSimulator({
    fleet: { computers: 20, due: 0, unmanaged: 0 },
    http: { nodes: 3, nodeLag: '60s' },
  });
});
afterAll(() => simulator.close());
beforeEach(() => {
  groupId = simulator.world.groups.createStatic({ name: `group at ${groupId}` }).id;
});

const on = (node: number) => ({ headers: { Cookie: `jpro-ingress=sim-node-${node}` } });
const path = () => `/JSSResource/computergroups/id/${groupId}`;
const add = (node: number, id: number) =>
  simulator.call('PUT', path(), {
    ...on(node),
    xml: `<computer_group><computer_additions><computer><id>${id}</id></computer></computer_additions></computer_group>`,
  });
const members = async (node: number) => {
  const answer = await simulator.callJson('GET', path(), on(node));
  return (answer.json() as Group).computer_group.computers.map(({ id }) => id);
};
const advance = (time: string) => simulator.control('POST', '/time', { json: { advance: time } });

describe('a cluster of three nodes', () => {
  it('gives a cookie to who has none, and keeps who has one', async () => {
    const first = await simulator.call('GET', '/api/v1/jamf-pro-version');
    const cookies = first.headers.getSetCookie();
    expect(cookies.some((cookie) => cookie.startsWith('jpro-ingress='))).toBe(true);
    expect(cookies.some((cookie) => cookie.startsWith('APBALANCEID='))).toBe(true);
    expect((await simulator.call('GET', '/api/v1/jamf-pro-version', on(1))).headers.getSetCookie()).toEqual(
      [],
    );
    const other = { headers: { Cookie: 'APBALANCEID=sim-node-2' } };
    expect((await simulator.call('GET', '/api/v1/jamf-pro-version', other)).headers.getSetCookie()).toEqual(
      [],
    );
    const [entry] =
      simulator.world.computers.size > 0
        ? ((await simulator.control('GET', '/requests')).json() as { node: number }[]).slice(-1)
        : [];
    expect(entry?.node).toBe(2);
  });

  it('sends who has no cookie to any node', async () => {
    await simulator.control('DELETE', '/requests');
    for (let call = 0; call < 40; call += 1) await simulator.call('GET', '/api/v1/jamf-pro-version');
    const log = (await simulator.control('GET', '/requests')).json() as { node: number }[];
    expect([...new Set(log.map(({ node }) => node))].sort()).toEqual([0, 1, 2]);
  });

  it('shows a write at once on the node that took it, on the others after the lag', async () => {
    expect((await add(1, 5)).status).toBe(201);
    expect(await members(1)).toEqual([5]);
    expect(await members(0)).toEqual([]);
    expect(await members(2)).toEqual([]);
    await advance('59s');
    expect(await members(0)).toEqual([]);
    await advance('1s');
    expect(await members(0)).toEqual([5]);
    expect(await members(2)).toEqual([5]);
  });

  it('still checks a write against the one database', async () => {
    await add(1, 5);
    expect((await add(0, 5)).status).toBe(201);
    await add(0, 6);
    expect((await members(1)).sort()).toEqual([5]);
    expect((await members(0)).sort()).toEqual([6]);
    await advance('60s');
    expect((await members(1)).sort()).toEqual([5, 6]);
  });

  it('hides commands and their answers from the nodes that lag', async () => {
    const { managementId } = simulator.world.computers.get(7) ?? { managementId: '' };
    simulator.world.actions.setOnline(7, false);
    await simulator.call('POST', '/api/v2/mdm/commands', {
      ...on(1),
      json: { clientData: [{ managementId }], commandData: { commandType: 'CERTIFICATE_LIST' } },
    });
    const states = async (node: number) => {
      const filter = `clientManagementId==${managementId};command==CERTIFICATE_LIST`;
      const answer = await simulator.call('GET', '/api/v2/mdm/commands', { ...on(node), query: { filter } });
      return (answer.json() as { results: { commandState: string }[] }).results.map(
        ({ commandState }) => commandState,
      );
    };
    expect(await states(1)).toEqual(['PENDING']);
    expect(await states(0)).toEqual([]);
    await advance('60s');
    expect(await states(0)).toEqual(['PENDING']);
    const [command] = simulator.world.commands.ofManagementId(managementId).slice(-1);
    if (command) Object.assign(command, { state: 'ACKNOWLEDGED', completedAt: simulator.world.clock.now() });
    expect(await states(1)).toEqual(['ACKNOWLEDGED']);
    expect(await states(0)).toEqual(['PENDING']);
    await advance('60s');
    expect(await states(0)).toEqual(['ACKNOWLEDGED']);
  });

  it('can have one node far behind', async () => {
    await simulator.control('PUT', '/faults', { json: { nodeBehind: { node: 2, lag: '10m' } } });
    await add(0, 8);
    await advance('60s');
    expect(await members(1)).toEqual([8]);
    expect(await members(2)).toEqual([]);
    await simulator.control('DELETE', '/faults');
    expect(await members(2)).toEqual([8]);
  });
});

describe('one node', () => {
  it('never lags', async () => {
    const single = await startTestSimulator({ fleet: { computers: 3, due: 0, unmanaged: 0 } });
    try {
      const { id } = single.world.groups.createStatic({ name: 'g' });
      const xml =
        '<computer_group><computer_additions><computer><id>1</id></computer></computer_additions></computer_group>';
      await single.call('PUT', `/JSSResource/computergroups/id/${id}`, { xml });
      const read = await single.callJson('GET', `/JSSResource/computergroups/id/${id}`);
      expect((read.json() as Group).computer_group.computers).toHaveLength(1);
    } finally {
      await single.close();
    }
  });
});
