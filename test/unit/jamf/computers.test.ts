import { describe, expect, it } from 'vitest';
import { connect, failureOf, toldOf } from './support/client.js';
import { certificate, page, record } from './support/inventory.js';
import type { Reply, Seen } from './support/server.js';

const V4 = 'GET /api/v4/computers-inventory';
const V3 = 'GET /api/v3/computers-inventory';
const at = (iso: string) => Date.parse(iso);

describe('a computer', () => {
  it('is read from inventory', async () => {
    const { jamf } = await connect({ [V4]: page([record('6')]) });
    expect(await jamf.readComputers(['6'])).toEqual([
      {
        id: '6',
        udid: '00000000-0000-0000-0000-000000000006',
        serialNumber: 'SERIAL6',
        managementId: 'aaaaaaaa-0000-0000-0000-000000000006',
        name: 'mac-6',
        username: 'ada',
        realName: 'Ada Lovelace',
        email: 'ada@example.com',
        department: '3',
        building: '',
        managed: true,
        mdmCapable: true,
        enrolledAt: at('2025-01-01T00:00:00Z'),
        reportedAt: at('2026-11-20T10:00:00.123Z'),
        lastContactAt: at('2026-11-23T11:30:00Z'),
        groupIds: ['7'],
        certificates: [
          {
            subject: 'CN=C02 PROFILE-UUID',
            serialNumber: '40f3d9fb',
            fingerprint: 'ed361458',
            issuedAt: at('2025-12-01T12:00:00Z'),
            expiresAt: at('2026-12-01T12:00:00Z'),
            identity: true,
            active: true,
            username: '',
          },
        ],
        profiles: [
          {
            id: '12',
            identifier: 'PROFILE-UUID',
            displayName: 'Okta SCEP',
            installedAt: at('2025-12-01T12:00:00Z'),
          },
        ],
      },
    ]);
  });

  const readOne = async (changes: Record<string, unknown>) => {
    const { jamf } = await connect({ [V4]: page([record('6', changes)]) });
    const [computer] = await jamf.readComputers(['6']);
    if (!computer) throw new Error('not read');
    return computer;
  };

  it('has null for empty dates', async () => {
    const computer = await readOne({
      general: {
        reportDate: '',
        lastContact: null,
        lastCheckIn: '',
        lastEnrolledDate: '1970-01-01T00:00:00Z',
      },
      certificates: [certificate({ expirationDate: '', issuedDate: undefined })],
    });
    expect(computer).toMatchObject({ reportedAt: null, lastContactAt: null, enrolledAt: null });
    expect(computer.certificates[0]).toMatchObject({ expiresAt: null, issuedAt: null });
  });

  it('keeps unusual and long names unchanged', async () => {
    const name = 'Zoë’s 💻 MacBook & <Co> ';
    expect((await readOne({ general: { name } })).name).toBe(name);
  });

  it('is read with null sections, which are reported', async () => {
    const nothing = { certificates: null, hardware: null, general: null, userAndLocation: null };
    const connected = await connect({ [V4]: page([record('6', { ...nothing, groupMemberships: null })]) });
    const [computer] = await connected.jamf.readComputers(['6']);
    expect(computer).toMatchObject({
      id: '6',
      name: '',
      serialNumber: '',
      managed: false,
      certificates: [],
      groupIds: [],
    });
    expect(toldOf(connected, 'jamf.odd')).toEqual([
      { instance: 'production', call: 'computers.read', what: 'section-missing', count: 1 },
    ]);
  });

  it('reports an unknown lifecycle status once, and reads the record', async () => {
    const certificates = [certificate({ lifecycleStatus: 'RETIRED' }), certificate({ serialNumber: '2' })];
    const reply = page([record('6', { certificates })]);
    const connected = await connect({ [V4]: reply });
    for (let call = 0; call < 2; call += 1)
      expect((await connected.jamf.readComputers(['6']))[0]?.certificates).toHaveLength(2);
    expect(toldOf(connected, 'jamf.odd')).toMatchObject([
      { what: 'lifecycle-status-unknown', count: 1, detail: 'RETIRED' },
    ]);
  });

  it('keeps different certificates apart and merges duplicates', async () => {
    const { certificates } = await readOne({
      certificates: [
        certificate(),
        certificate(),
        certificate({ serialNumber: 'OTHER' }),
        certificate({ commonName: '?Error_-26276?', subjectName: '', identity: 'false' }),
        certificate({ lifecycleStatus: 'INACTIVE' }),
        certificate({ serialNumber: 'OLD', lifecycleStatus: undefined }),
        'junk',
        null,
      ],
    });
    expect(
      certificates.map(({ subject, serialNumber, identity, active }) => [
        subject,
        serialNumber,
        identity,
        active,
      ]),
    ).toEqual([
      ['CN=C02 PROFILE-UUID', '40f3d9fb', true, true],
      ['CN=C02 PROFILE-UUID', 'OTHER', true, true],
      ['CN=?Error_-26276?', '40f3d9fb', false, true],
      ['CN=C02 PROFILE-UUID', '40f3d9fb', true, false],
      ['CN=C02 PROFILE-UUID', 'OLD', true, true],
    ]);
  });

  it('may have a numeric ID', async () => {
    const { jamf } = await connect({ [V4]: page([record('6', { id: 6 })]) });
    expect((await jamf.readComputers(['6']))[0]?.id).toBe('6');
  });
});

describe('reading Macs by ID', () => {
  it('reads many with one call and requests only the required sections', async () => {
    const { jamf, server } = await connect({ [V4]: page([record('6'), record('7')]) });
    await jamf.readComputers(['6', '7', '6']);
    expect(server.of(V4)).toHaveLength(1);
    const query = server.of(V4)[0]?.query;
    expect(query?.getAll('section')).toEqual([
      'GENERAL',
      'HARDWARE',
      'USER_AND_LOCATION',
      'CERTIFICATES',
      'CONFIGURATION_PROFILES',
      'GROUP_MEMBERSHIPS',
    ]);
    expect(query?.get('filter')).toBe('id=in=(6,7)');
    expect(query?.get('sort')).toBe('id:asc');
    expect([query?.get('page'), query?.get('page-size')]).toEqual(['0', '100']);
  });

  it('omits unknown Macs, and sends nothing for invalid IDs', async () => {
    const { jamf, server } = await connect({ [V4]: page([record('6')]) });
    expect((await jamf.readComputers(['6', '999', 'x"', '-1'])).map(({ id }) => id)).toEqual(['6']);
    expect(server.of(V4)[0]?.query.get('filter')).toBe('id=in=(6,999)');
    await expect(jamf.readComputers([])).resolves.toEqual([]);
    await expect(jamf.readComputers(['x'])).resolves.toEqual([]);
    expect(server.of(V4)).toHaveLength(1);
  });

  it('uses several calls for more than one page', async () => {
    const answer = ({ query }: Seen): Reply =>
      page((/\((.*)\)/.exec(query.get('filter') ?? '')?.[1] ?? '').split(',').map((id) => record(id)));
    const { jamf, server } = await connect({ [V4]: answer }, { settings: { pageSize: 2 } });
    expect(await jamf.readComputers(['1', '2', '3', '4', '5'])).toHaveLength(5);
    expect(server.of(V4)).toHaveLength(3);
  });

  it('reads the next page if the server returns smaller pages than requested', async () => {
    const { jamf } = await connect({ [V4]: [page([record('1')], 2), page([record('2')], 2)] });
    expect((await jamf.readComputers(['1', '2'])).map(({ id }) => id)).toEqual(['1', '2']);
  });

  it.each([
    ['counts more records than it contains', [page([record('1')], 2), page([], 2)]],
    ['contains only Macs that were not requested', [page([record('8'), record('9')], 5_000)]],
    ['has a record without an ID', [page([record('1'), { general: {} }])]],
  ])('fails if the response %s, because an absent Mac counts as deleted', async (_, replies) => {
    const { jamf } = await connect({ [V4]: replies });
    const error = await failureOf(jamf.readComputers(['1', '2']));
    expect(error).toMatchObject({ call: 'computers.read', status: 200 });
  });

  it('ignores and reports a Mac that was not requested', async () => {
    const connected = await connect({ [V4]: page([record('1'), record('2')]) });
    expect((await connected.jamf.readComputers(['1'])).map(({ id }) => id)).toEqual(['1']);
    expect(toldOf(connected, 'jamf.odd')).toMatchObject([{ what: 'not-asked-for', count: 1 }]);
  });
});

describe('listing Macs', () => {
  const filterOf = async (
    filter: Parameters<Awaited<ReturnType<typeof connect>>['jamf']['listComputers']>[0],
  ) => {
    const { jamf, server } = await connect({ [V4]: page([], 0) });
    await jamf.listComputers(filter, 3);
    expect(server.of(V4)[0]?.query.get('page')).toBe('3');
    return server.of(V4)[0]?.query.get('filter');
  };

  it('returns a page and the total count', async () => {
    const { jamf } = await connect({ [V4]: page([record('6'), record('7')], 5_000) });
    const { total, computers } = await jamf.listComputers({}, 0);
    expect([total, computers.map(({ id }) => id)]).toEqual([5_000, ['6', '7']]);
  });

  it('sends no filter for the whole fleet', async () => expect(await filterOf({})).toBeNull());

  it('filters by one condition or several', async () => {
    expect(await filterOf({ reportedAfter: at('2026-11-20T10:00:00.123Z') })).toBe(
      'general.reportDate=gt=2026-11-20T10:00:00.123Z',
    );
    expect(await filterOf({ serialNumber: 'C02', username: 'a"b', name: 'Zoë’s; Mac' })).toBe(
      'hardware.serialNumber=="C02";userAndLocation.username=="a\\"b";general.name=="Zoë’s; Mac"',
    );
  });

  it('ignores records without an ID and keeps the newer of two with the same ID', async () => {
    const older = record('6', { general: { name: 'old', reportDate: '2026-01-01T00:00:00Z' } });
    const connected = await connect({ [V4]: page([record('6'), older, { id: '' }, 'junk', null], 5) });
    const { computers } = await connected.jamf.listComputers({}, 0);
    expect(computers.map(({ name }) => name)).toEqual(['mac-6']);
    expect(toldOf(connected, 'jamf.odd')).toMatchObject([
      { what: 'record-without-id', count: 3 },
      { what: 'duplicate-record', count: 1 },
    ]);
  });
});

describe('the version of inventory', () => {
  const old = { 'GET /api/v1/jamf-pro-version': { body: { version: '11.29.1-t1' } } };
  const general = { name: 'mac', lastContactTime: '2026-11-23T10:00:00Z', lastReportedIp: '10.0.0.1' };

  it('is v3 before 11.30, with its own field for the last contact', async () => {
    const { jamf, server } = await connect({ ...old, [V3]: page([record('6', { general })]) });
    const [computer] = await jamf.readComputers(['6']);
    expect(computer?.lastContactAt).toBe(at('2026-11-23T10:00:00Z'));
    await jamf.listComputers({}, 0);
    expect(server.of('GET /api/v1/jamf-pro-version')).toHaveLength(1);
    expect(server.of(V3)).toHaveLength(2);
  });

  it('is read again after an hour, because servers are upgraded', async () => {
    const { jamf, server, clock } = await connect({ ...old, [V3]: page([]), [V4]: page([]) });
    await jamf.listComputers({}, 0);
    server.script['GET /api/v1/jamf-pro-version'] = { body: { version: '11.30.0' } };
    clock.now += 3_600_001;
    await jamf.listComputers({}, 0);
    expect(server.of(V4)).toHaveLength(1);
  });

  it('falls back to v3 after 404 for v4, and caches that', async () => {
    const { jamf, server } = await connect({ [V3]: page([]) });
    await jamf.listComputers({}, 0);
    await jamf.listComputers({}, 0);
    expect([server.of(V4).length, server.of(V3).length]).toEqual([1, 2]);
  });
});

it.each([
  ['not an object', '[]'],
  ['null', 'null'],
  ['without results', { totalCount: 1 }],
  ['without a count', { results: [] }],
  ['with an invalid count', { totalCount: null, results: [] }],
])('a response that is %s is rejected without a retry', async (_, body) => {
  const { jamf, server } = await connect({ [V4]: { body } });
  const error = await failureOf(jamf.listComputers({}, 0));
  expect(error.message).toContain('answered 200 with an unexpected response');
  expect(error.retryable).toBe(false);
  expect(server.of(V4)).toHaveLength(1);
});
