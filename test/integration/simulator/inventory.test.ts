import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Row {
  id: string;
  udid: string;
  general?: Record<string, unknown> & { name: string; managementId: string; reportDate: string };
  hardware?: { serialNumber: string };
  certificates?: Record<string, unknown>[];
  groupMemberships?: { groupName: string }[];
}
interface Page {
  totalCount: number;
  results: Row[];
}

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator({
    fleet: { computers: 2_100, due: 3, unmanaged: 0.1 },
    startAt: Date.parse('2026-06-01T09:00:00Z'),
  });
});
afterAll(() => simulator.close());

const list = async (query: Record<string, string | string[]>, version = 'v4') => {
  const answer = await simulator.call('GET', `/api/${version}/computers-inventory`, { query });
  expect(answer.status).toBe(200);
  return answer.json() as Page;
};
const ids = (page: Page) => page.results.map(({ id }) => Number(id));

describe('pages', () => {
  it('are zero-based, 100 long, and say how many there are', async () => {
    const page = await list({ sort: 'id:asc' });
    expect(page.totalCount).toBe(2_100);
    expect(ids(page)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(ids(await list({ sort: 'id:asc', page: '20', 'page-size': '100' }))).toHaveLength(100);
    expect(ids(await list({ sort: 'id:asc', page: '21' }))).toEqual([]);
  });

  it('are cut at 2000 without a word', async () => {
    expect((await list({ 'page-size': '5000' })).results).toHaveLength(2_000);
  });

  it('are sorted by name when nothing is said, and by what is asked', async () => {
    const names = (await list({ 'page-size': '2000' })).results.map(
      ({ general }) => general?.name.toLowerCase() ?? '',
    );
    expect(names).toEqual([...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    expect(ids(await list({ sort: 'id:desc', 'page-size': '3' }))).toEqual([2_100, 2_099, 2_098]);
    const reports = (await list({ sort: 'general.reportDate:desc,id:asc' })).results.map(
      (row) => row.general?.reportDate ?? '',
    );
    expect(reports).toEqual([...reports].sort().reverse());
  });

  it.each([
    ['page', '-1'],
    ['page', 'x'],
    ['page-size', '0'],
    ['sort', 'certificates.expirationDate:asc'],
    ['sort', 'id:up'],
    ['section', 'NONSENSE'],
  ])('refuse %s=%s with 400', async (name, value) => {
    const answer = await simulator.call('GET', '/api/v4/computers-inventory', { query: { [name]: value } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ httpStatus: 400 });
  });
});

describe('filters', () => {
  it('read many Macs in one call', async () => {
    const page = await list({
      filter: 'id=in=(7,3,2000,99999)',
      sort: 'id:asc',
      section: ['GENERAL', 'CERTIFICATES'],
    });
    expect(ids(page)).toEqual([3, 7, 2_000]);
    expect(page.totalCount).toBe(3);
  });

  it('find a Mac by serial number, udid, management id, name', async () => {
    const { world } = simulator;
    const mac = world.computers.get(5);
    if (!mac) throw new Error('no Mac 5');
    const filters = [
      `hardware.serialNumber=="${mac.serialNumber}"`,
      `udid=="${mac.udid}"`,
      `general.managementId=="${mac.managementId}"`,
      `userAndLocation.username=="${mac.owner.username}";id==5`,
    ];
    const found = await Promise.all(filters.map(async (filter) => ids(await list({ filter }))));
    expect(found).toEqual([[5], [5], [5], [5]]);
  });

  it('find what was reported since, and what is managed', async () => {
    const all = simulator.world.computers.all();
    const since = all[1_000]?.reportedAt ?? 0;
    const iso = new Date(since).toISOString();
    const later = all.filter(({ reportedAt }) => reportedAt > since).length;
    expect((await list({ filter: `general.reportDate=gt=${iso}` })).totalCount).toBe(later);
    expect((await list({ filter: `general.reportDate=ge="${iso}"` })).totalCount).toBeGreaterThan(later);
    const unmanaged = all.filter(({ managed }) => !managed).length;
    expect(unmanaged).toBeGreaterThan(0);
    expect((await list({ filter: 'general.remoteManagement.managed==false' })).totalCount).toBe(unmanaged);
  });

  it.each([
    'certificates.expirationDate=lt=2026-07-01T00:00:00Z',
    'configurationProfiles.id==1',
    'groupMemberships.groupId==1',
    'general.reportDate=gt=yesterday',
    'id==',
  ])('refuse %s', async (filter) => {
    const answer = await simulator.call('GET', '/api/v4/computers-inventory', { query: { filter } });
    expect(answer.status).toBe(400);
  });
});

describe('sections', () => {
  const present = (row: object | undefined) =>
    Object.entries(row ?? {}).flatMap(([name, value]) => (value === null ? [] : [name]));

  it('are GENERAL when none is asked for; the others are null', async () => {
    const [row] = (await list({ filter: 'id==1' })).results;
    expect(present(row).sort()).toEqual(['general', 'id', 'udid']);
    expect(Object.keys(row ?? {})).toHaveLength(24);
  });

  it('have null for an unknown text, never an empty one', async () => {
    const page = await list({ section: ['GENERAL', 'USER_AND_LOCATION', 'CERTIFICATES', 'HARDWARE'] });
    expect(page.results[0]?.general).toMatchObject({
      barcode1: null,
      assetTag: null,
      lastReportedIpV6: null,
    });
    expect(JSON.stringify(page).includes(':""')).toBe(false);
  });

  it('that are asked for are there, repeated or with commas', async () => {
    for (const section of [['HARDWARE', 'CERTIFICATES'], 'HARDWARE,CERTIFICATES']) {
      const [row] = (await list({ filter: 'id==1', section })).results;
      expect(present(row).sort()).toEqual(['certificates', 'hardware', 'id', 'udid']);
    }
  });

  it('of certificates hold serials and dates as inventory knows them', async () => {
    const due = simulator.world.computers.all().find(({ id }) => simulator.world.mac(id)?.due);
    const [row] = (await list({ filter: `id==${due?.id ?? 0}`, section: 'CERTIFICATES' })).results;
    const known = simulator.world.inventoryOf(due?.id ?? 0)?.certificates ?? [];
    expect(row?.certificates?.map(({ serialNumber }) => serialNumber)).toEqual(
      known.map(({ serialNumber }) => serialNumber || null),
    );
    expect(row?.certificates).toContainEqual(
      expect.objectContaining({
        subjectName: 'CN=com.apple.systemdefault,O=System Identity',
        serialNumber: expect.stringMatching(/^\d{10}$/) as string,
        username: null,
      }),
    );
    expect(row?.certificates?.length).toBeGreaterThan(0);
  });

  it.each(['v1', 'v2', 'v3'])('differ between %s and v4', async (version) => {
    const [v3] = (await list({ filter: 'id==1' }, version)).results;
    const [v4] = (await list({ filter: 'id==1' }, 'v4')).results;
    expect(v3?.general).toHaveProperty('lastContactTime');
    expect(v3?.general).not.toHaveProperty('lastCheckIn');
    expect(v4?.general).toHaveProperty('lastCheckIn');
    expect(v4?.general).toHaveProperty('lastContact');
    expect(v4?.general).not.toHaveProperty('lastContactTime');
    expect(v4?.general).not.toHaveProperty('lastReportedIp');
    const old = await simulator.call('GET', '/api/v4/computers-inventory', {
      query: { filter: 'general.lastContactTime=gt=2026-01-01T00:00:00Z' },
    });
    expect(old.status).toBe(400);
    expect(
      (await list({ filter: 'general.lastContactTime=gt=2020-01-01T00:00:00Z' }, version)).totalCount,
    ).toBeGreaterThan(0);
  });
});

describe('an old version', () => {
  it.each(['v1', 'v2'])('%s has the sections PLUGINS and FONTS', async (version) => {
    const [row] = (await list({ filter: 'id==1', section: 'FONTS,PLUGINS' }, version)).results;
    expect(row).toMatchObject({ id: '1', fonts: [], plugins: [], general: null });
    const query = { section: 'FONTS' };
    expect((await simulator.call('GET', '/api/v3/computers-inventory', { query })).status).toBe(400);
    const path = `/api/${version}/computers-inventory-detail/1`;
    expect((await simulator.call('GET', path)).json()).toMatchObject({
      id: '1',
      fonts: [],
      storage: { disks: [{}] },
    });
  });
});

describe('one computer', () => {
  it('is read by id, in sections or whole', async () => {
    const part = await simulator.call('GET', '/api/v4/computers-inventory/4', {
      query: { section: 'HARDWARE' },
    });
    expect(part.json()).toMatchObject({ id: '4', hardware: { make: 'Apple' }, general: null });
    const whole = (await simulator.call('GET', '/api/v4/computers-inventory-detail/4')).json() as Row;
    expect(Object.keys(whole)).toHaveLength(24);
    expect(whole.groupMemberships?.map(({ groupName }) => groupName)).toEqual(
      simulator.world.groups.ofComputer(4).map(({ name }) => name),
    );
  });

  it.each([
    '/api/v4/computers-inventory/99999',
    '/api/v3/computers-inventory-detail/99999',
    '/api/v4/computers-inventory/x',
  ])('%s is a 404', async (path) => {
    const answer = await simulator.call('GET', path);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ httpStatus: 404, errors: [{ code: 'INVALID_ID', field: 'id' }] });
  });
});

describe('an older server', () => {
  it('has no v4 before 11.30.0', async () => {
    const older = await startTestSimulator({
      fleet: { computers: 1, due: 0 },
      http: { version: '11.29.1-t1770000000' },
    });
    try {
      const version = await older.call('GET', '/api/v1/jamf-pro-version');
      expect(version.json()).toEqual({ version: '11.29.1-t1770000000' });
      expect((await older.call('GET', '/api/v4/computers-inventory')).status).toBe(404);
      expect((await older.call('GET', '/api/v3/computers-inventory')).status).toBe(200);
    } finally {
      await older.close();
    }
  });
});
