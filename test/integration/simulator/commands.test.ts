import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Commands {
  totalCount: number;
  results: {
    uuid: string;
    dateSent: string;
    dateCompleted?: string;
    client: { managementId: string; clientType: string };
    commandState: string;
    commandType: string;
    profileId?: number;
  }[];
}

let simulator: TestSimulator;
let macId = 0;
let managementId = '';
let profileId = 0;
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 20, due: 2 }, rhythm: { notNow: 0 } });
  const { world } = simulator;
  profileId = world.profiles.all().find(({ scep }) => scep)?.id ?? 0;
  macId =
    world.computers.all().find(({ id, managed }) => managed && world.profiles.inScope(profileId, id))?.id ??
    0;
  managementId = world.computers.get(macId)?.managementId ?? '';
  world.actions.setOnline(macId, false);
  world.profiles.redeployAll(profileId);
});
afterAll(() => simulator.close());

const get = (query: Record<string, string>) => simulator.call('GET', '/api/v2/mdm/commands', { query });
const list = async (query: Record<string, string>) => (await get(query)).json() as Commands;

describe('the list of commands', () => {
  it('shows INSTALL_PROFILE, found by Mac, command and profile', async () => {
    const page = await list({
      filter: `clientManagementId=="${managementId}";command==INSTALL_PROFILE;profileId==${profileId};status==Pending`,
    });
    expect(page.totalCount).toBe(1);
    expect(page.results[0]).toMatchObject({
      client: { managementId, clientType: 'COMPUTER' },
      commandState: 'PENDING',
      commandType: 'INSTALL_PROFILE',
      profileId,
    });
    expect(page.results[0]).not.toHaveProperty('dateCompleted');
  });

  it('shows when a command was answered', async () => {
    const { world } = simulator;
    world.actions.setOnline(macId, true);
    await world.clock.advance(600_000);
    const page = await list({
      filter: `clientManagementId=="${managementId}";active==false;command==INSTALL_PROFILE`,
    });
    expect(page.results[0]).toMatchObject({ commandState: 'ACKNOWLEDGED' });
    expect(Date.parse(page.results[0]?.dateCompleted ?? '')).toBeGreaterThan(
      Date.parse(page.results[0]?.dateSent ?? ''),
    );
  });

  it('is sorted by the time of sending, and paged', async () => {
    await simulator.world.clock.advance(1_000);
    simulator.world.commands.send(managementId, 'CERTIFICATE_LIST');
    const all = await list({ filter: 'dateSent=gt=2000-01-01T00:00:00Z' });
    const sent = all.results.map(({ dateSent }) => dateSent);
    expect(sent).toEqual([...sent].sort());
    const second = await list({ filter: 'dateSent=gt=2000-01-01T00:00:00Z', page: '1', 'page-size': '3' });
    expect(second.totalCount).toBe(all.totalCount);
    expect(second.results).toEqual(all.results.slice(3, 6));
    const newest = await list({ filter: 'dateSent=gt=2000-01-01T00:00:00Z', sort: 'dateSent:desc' });
    expect(newest.results[0]?.commandType).toBe('CERTIFICATE_LIST');
  });

  it.each(['page=0', 'filter='])('needs a filter: %s is a 400 without errors', async (query) => {
    const answer = await simulator.call('GET', `/api/v2/mdm/commands?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ httpStatus: 400, errors: [] });
  });

  it('ignores an unknown field and answers everything', async () => {
    const all = await list({ filter: 'dateSent=gt=2000-01-01T00:00:00Z' });
    expect((await list({ filter: 'commandType==NONSENSE' })).totalCount).toBe(all.totalCount);
  });

  it.each([
    'status==NotAStatus',
    'status==PENDING',
    'uuid==1',
    'clientManagementId==x',
    'command==NOT_A_COMMAND',
    'dateSent==2026-01-01T00:00:00Z',
    'dateSent=gt=yesterday',
  ])('answers the bad value of %s with a 500 without errors', async (filter) => {
    const answer = await get({ filter });
    expect(answer.status).toBe(500);
    expect(answer.json()).toEqual({ httpStatus: 500, errors: [] });
  });
});

describe('sending commands', () => {
  const post = (commandType: string, ...ids: string[]) =>
    simulator.call('POST', '/api/v2/mdm/commands', {
      json: { clientData: ids.map((id) => ({ managementId: id })), commandData: { commandType } },
    });

  it('queues CERTIFICATE_LIST and says where to find it', async () => {
    const answer = await post('CERTIFICATE_LIST', managementId);
    expect(answer.status).toBe(201);
    const [sent] = answer.json() as { id: string; href: string }[];
    expect(simulator.world.commands.get(sent?.id ?? '')?.type).toBe('CERTIFICATE_LIST');
    expect(sent?.href).toContain(sent?.id);
  });

  it.each(['INSTALL_PROFILE', 'REMOVE_PROFILE', 'NONSENSE'])('refuses %s', async (type) => {
    expect((await post(type, managementId)).status).toBe(400);
  });

  it('refuses all for one who is not known', async () => {
    const before = simulator.world.commands.all().length;
    const answer = await post('CERTIFICATE_LIST', managementId, '00000000-0000-0000-0000-00000000dead');
    expect(answer.status).toBe(400);
    expect(simulator.world.commands.all()).toHaveLength(before);
  });

  it('refuses what is no JSON', async () => {
    expect((await simulator.call('POST', '/api/v2/mdm/commands', { xml: '<a/>' })).status).toBe(415);
    expect((await simulator.call('POST', '/api/v2/mdm/commands', { json: [] })).status).toBe(400);
  });
});

describe('blank push and renew-profile', () => {
  it('name those that are not known', async () => {
    const unknown = '00000000-0000-0000-0000-00000000dead';
    const push = await simulator.call('POST', '/api/v2/mdm/blank-push', {
      json: { clientManagementIds: [managementId, unknown] },
    });
    expect(push.status).toBe(200);
    expect(push.json()).toEqual({ errorUuids: [unknown] });
    expect((await simulator.call('POST', '/api/v2/mdm/blank-push', { json: {} })).status).toBe(400);

    const udid = simulator.world.computers.get(macId)?.udid ?? '';
    const renew = await simulator.call('POST', '/api/v1/mdm/renew-profile', {
      json: { udids: [udid, 'none'] },
    });
    expect(renew.status).toBe(202);
    expect(renew.json()).toEqual({ udidsNotProcessed: { udids: ['none'] } });
  });
});
