import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Computer } from '../../../simulator/world/model.js';
import { readClassicRecord } from '../../../src/jamf/parsing/classic-record.js';
import { parseXml } from '../../../src/xml/parse.js';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Found {
  computer: Record<string, Record<string, unknown>> & { general: { id: number } };
}
interface History {
  computer_history: { general: { id: number }; commands: object };
}

let simulator: TestSimulator;
let mac: Computer;
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 12, due: 2 } });
  const { world } = simulator;
  world.actions.setOnline(3, true);
  world.actions.rename(3, 'Ada + Bob 100% & more');
  world.actions.reportInventory(3);
  mac = world.computers.get(3) as Computer;
});
afterAll(() => simulator.close());

const json = async <Body>(path: string): Promise<Body> =>
  (await simulator.callJson('GET', `/JSSResource${path}`)).json() as Body;

describe('a computer of the Classic API', () => {
  const identifiers = (): [string, string][] => [
    ['id', String(mac.id)],
    ['name', mac.name],
    ['name', mac.name.toLowerCase()],
    ['udid', mac.udid],
    ['udid', mac.udid.toLowerCase()],
    ['serialnumber', mac.serialNumber],
    ['macaddress', mac.macAddress],
    ['macaddress', mac.alternateMacAddress.replaceAll(':', '.')],
  ];

  it('is found by every identifier, complete, by subset, and with its history', async () => {
    for (const [by, value] of identifiers()) {
      const path = `${by}/${encodeURIComponent(value)}`;
      const { computer } = await json<Found>(`/computers/${path}`);
      expect([by, computer.general.id, Object.keys(computer).length]).toEqual([by, 3, 12]);
      const part = await json<Found>(`/computers/${path}/subset/general&hardware`);
      expect(Object.keys(part.computer)).toEqual(['general', 'hardware']);
      const history = await json<History>(`/computerhistory/${path}/subset/Commands`);
      expect(history.computer_history.general.id).toBe(3);
    }
  });

  it('is not found by what it is not', async () => {
    for (const path of ['name/x', 'udid/x', 'serialnumber/x', 'macaddress/x', 'id/x', 'constructor/3']) {
      expect((await simulator.call('GET', `/JSSResource/computers/${path}`)).status).toBe(404);
      expect((await simulator.call('GET', `/JSSResource/computerhistory/${path}`)).status).toBe(404);
    }
  });

  it('is found with + for a blank; a plus sign needs its escape', async () => {
    const blanks = encodeURIComponent(mac.name).replaceAll('%20', '+');
    expect((await json<Found>(`/computers/name/${blanks}`)).computer.general.id).toBe(3);
    const bare = encodeURIComponent(mac.name).replace('%2B', '+');
    expect((await simulator.call('GET', `/JSSResource/computers/name/${bare}`)).status).toBe(404);
  });

  it('has the elements of recorded responses', async () => {
    const { computer } = await json<Found>('/computers/id/3');
    expect(computer).toMatchObject({
      general: {
        serial_number: mac.serialNumber,
        last_reported_ip: mac.reportedIpV4Address,
        remote_management: { managed: mac.managed, management_username: '' },
        report_date_epoch: mac.reportedAt,
        initial_entry_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
        last_cloud_backup_date_epoch: 0,
        mdm_profile_expiration_epoch: mac.mdmProfileExpiresAt,
        site: { id: -1, name: 'None' },
      },
      hardware: {
        os_version: mac.osVersion,
        sip_status: 'Enabled',
        storage: [{ disk: 'disk0', partitions: [{ type: 'boot' }] }],
        filevault2_users: [],
      },
      security: { activation_lock: false, secure_boot_level: 'full' },
      software: { applications: [], available_updates: {} },
      groups_accounts: { user_inventories: { disable_automatic_login: true } },
    });
  });
});

describe('a complete record', () => {
  it('is read by Recert from JSON and from XML in the same way', async () => {
    for (const { id } of simulator.world.computers.all()) {
      const path = `/JSSResource/computers/id/${id}`;
      const fromJson = readClassicRecord((await simulator.callJson('GET', path)).json());
      const { text } = await simulator.call('GET', path);
      expect(readClassicRecord(parseXml(text, { limit: 100_000 }))).toEqual(fromJson);
      const known = simulator.world.computers.get(id);
      expect(fromJson).toMatchObject({
        id: String(id),
        serialNumber: known?.serialNumber,
        reportedAt: known?.reportedAt,
        enrolledAt: known?.enrolledAt,
        managed: known?.managed,
        username: known?.owner.username,
      });
      expect(fromJson?.certificates).toHaveLength(simulator.world.inventoryOf(id)?.certificates.length ?? 0);
    }
  });
});

describe('the list of computers', () => {
  it('has the subset basic, and no other', async () => {
    const { computers } = await json<{ computers: { id: number }[] }>('/computers/subset/basic');
    expect(computers).toHaveLength(12);
    expect(computers.find(({ id }) => id === 3)).toEqual({
      id: 3,
      name: mac.name,
      managed: mac.managed,
      username: mac.owner.username,
      model: mac.model,
      department: mac.owner.department,
      building: mac.owner.building,
      mac_address: mac.macAddress,
      udid: mac.udid,
      serial_number: mac.serialNumber,
      report_date_epoch: mac.reportedAt,
      report_date_utc: new Date(mac.reportedAt).toISOString().replace('Z', '+0000'),
    });
    expect((await simulator.call('GET', '/JSSResource/computers/subset/general')).status).toBe(400);
  });

  it('is searched with *', async () => {
    const match = async (pattern: string) =>
      (
        await json<{ computers: { id: number }[] }>(`/computers/match/${encodeURIComponent(pattern)}`)
      ).computers.map(({ id }) => id);
    expect(await match('ada + bob*')).toEqual([3]);
    expect(await match(mac.serialNumber)).toEqual([3]);
    expect(await match(`*${mac.udid.slice(4)}`)).toEqual([3]);
    expect(await match('.*')).toEqual([]);
    expect(await match('*')).toHaveLength(12);
  });
});

describe('a write', () => {
  it.each([
    [
      'POST',
      'computergroups/id/0',
      '<computer_group><name>g</name><is_smart>false</is_smart></computer_group>',
    ],
    ['PUT', 'computergroups/name/g', '<computer_group><name>g</name></computer_group>'],
    [
      'POST',
      'osxconfigurationprofiles/id/0',
      '<os_x_configuration_profile><general><name>p</name></general></os_x_configuration_profile>',
    ],
    ['PUT', 'osxconfigurationprofiles/name/p', '<os_x_configuration_profile/>'],
    [
      'POST',
      'webhooks/id/0',
      '<webhook><name>w</name><url>http://127.0.0.1:9/</url><event>ComputerAdded</event></webhook>',
    ],
    ['PUT', 'webhooks/name/w', '<webhook><enabled>false</enabled></webhook>'],
  ])('%s %s answers XML, although the client accepts only JSON', async (method, path, xml) => {
    const answer = await simulator.callJson(method, `/JSSResource/${path}`, { xml });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toContain('application/xml');
    expect(answer.text).toMatch(/^<\?xml [^>]+>\s*<(\w+)><id>\d+<\/id><\/\1>$/);
  });
});
