import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../../simulator/world/model.js';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Certificates {
  computer: {
    certificates: { common_name: string; expires_utc: string; expires_epoch: number | ''; name: string }[];
  };
}
interface History {
  computer_history: { commands: Record<'completed' | 'pending' | 'failed', { name: string }[]> };
}

let simulator: TestSimulator;
let dueId = 0;
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 20, due: 4, junk: 1 } });
  dueId = simulator.world.computers.all().find(({ id }) => simulator.world.mac(id)?.due)?.id ?? 0;
});
afterAll(() => simulator.close());

describe('a computer of the Classic API', () => {
  it('shows its certificates without serial, dates as text and number, or "" where there is none', async () => {
    const path = `/JSSResource/computers/id/${dueId}/subset/Certificates`;
    const { certificates } = ((await simulator.callJson('GET', path)).json() as Certificates).computer;
    const inventory = simulator.world.inventoryOf(dueId)?.certificates ?? [];
    expect(certificates.map(({ common_name }) => common_name)).toEqual(
      inventory.map(({ commonName }) => commonName),
    );
    expect(certificates.map(({ expires_epoch }) => expires_epoch)).toEqual(
      inventory.map(({ expirationDate }) => (expirationDate === undefined ? '' : Date.parse(expirationDate))),
    );
    expect(certificates.map(({ expires_utc }) => expires_utc)).toEqual(
      inventory.map(({ expirationDate = '' }) => expirationDate.replace('Z', '.000+0000')),
    );
    expect(Object.keys(certificates[0] ?? {})).toEqual([
      'common_name',
      'identity',
      'expires_utc',
      'expires_epoch',
      'name',
    ]);
    const xml = (await simulator.call('GET', path)).text;
    expect(xml).toContain(
      `<computer><certificates><size>${inventory.length}</size><certificate><common_name>`,
    );
  });

  it('shows several subsets at once, and built-in profiles with negative ids', async () => {
    const answer = await simulator.callJson(
      'GET',
      `/JSSResource/computers/id/${dueId}/subset/General&ConfigurationProfiles`,
    );
    const { computer } = answer.json() as {
      computer: { general: { id: number }; configuration_profiles: { id: number }[] };
    };
    expect(Object.keys(computer)).toEqual(['general', 'configuration_profiles']);
    expect(computer.general.id).toBe(dueId);
    expect(computer.configuration_profiles.map(({ id }) => id)).toEqual(expect.arrayContaining([-2, -27]));
  });

  it.each([
    ['/JSSResource/computers/id/99999', 404],
    ['/JSSResource/computers/id/99999/subset/Certificates', 404],
    ['/JSSResource/computers/id/1/subset/Nonsense', 400],
    ['/JSSResource/nonsense', 404],
  ])('%s is a page with %i', async (path, status) => {
    const answer = await simulator.callJson('GET', path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.text).toContain('<title>Status page</title>');
  });
});

describe('history and flush', () => {
  const history = async () => {
    const path = `/JSSResource/computerhistory/id/${dueId}/subset/Commands`;
    return ((await simulator.callJson('GET', path)).json() as History).computer_history.commands;
  };
  const send = (type: string): Command =>
    simulator.world.commands.send(simulator.world.computers.get(dueId)?.managementId ?? '', type);

  it('group commands under the names of the UI', async () => {
    const { world } = simulator;
    world.actions.setOnline(dueId, false);
    const profile = world.profiles.all().find(({ id }) => world.profiles.inScope(id, dueId));
    world.profiles.redeployAll(profile?.id ?? 0);
    send('CERTIFICATE_LIST');
    const { pending } = await history();
    expect(pending.map(({ name }) => name)).toEqual(
      expect.arrayContaining([`Install Configuration Profile ${profile?.name ?? ''}`, 'CertificateList']),
    );
    expect(pending[0]).toMatchObject({ status: 'Pending', username: '' });
  });

  it('flush every command of the status asked for', async () => {
    const failed = send('DEVICE_INFORMATION');
    Object.assign(failed, { state: 'ERROR', completedAt: simulator.world.clock.now() });
    expect((await history()).failed).toHaveLength(1);
    const path = `/JSSResource/commandflush/computers/id/${dueId}/status`;
    expect((await simulator.call('DELETE', `${path}/Failed`)).status).toBe(200);
    expect((await history()).failed).toHaveLength(0);
    expect((await history()).pending.length).toBeGreaterThan(0);
    expect((await simulator.call('DELETE', `${path}/Pending%2BFailed`)).status).toBe(200);
    expect((await history()).pending).toHaveLength(0);
  });

  it('flush the members of a group', async () => {
    send('CERTIFICATE_LIST');
    const group = simulator.world.groups.createStatic({ name: 'to flush', members: [dueId] });
    const path = `/JSSResource/commandflush/computergroups/id/${group.id}/status/Pending`;
    expect((await simulator.call('DELETE', path)).status).toBe(200);
    expect((await history()).pending).toHaveLength(0);
  });

  it.each(['Pending+Failed', 'Everything'])('refuse the status %s', async (status) => {
    const path = `/JSSResource/commandflush/computers/id/${dueId}/status/${status}`;
    expect((await simulator.call('DELETE', path)).status).toBe(400);
  });
});
