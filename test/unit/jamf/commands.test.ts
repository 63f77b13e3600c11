import { describe, expect, it } from 'vitest';
import { connect, failureOf, toldOf } from './support/client.js';
import type { Reply } from './support/server.js';
import { OPEN } from '../../support/fence.js';

const COMMANDS = 'GET /api/v2/mdm/commands';
const PUSH = 'POST /api/v2/mdm/blank-push';
const HISTORY = 'GET /JSSResource/computerhistory/id/6/subset/Commands';
const SENT = Date.parse('2026-11-23T11:00:00Z');

const query = {
  managementId: 'aaaaaaaa-0000-0000-0000-000000000006',
  type: 'INSTALL_PROFILE',
  profileId: '12',
  sentAfter: SENT,
} as const;

const command = (changes: Record<string, unknown> = {}) => ({
  uuid: 'u-1',
  dateSent: '2026-11-23T11:00:05.000Z',
  dateCompleted: '2026-11-23T11:01:00.000Z',
  client: { managementId: query.managementId.toUpperCase(), clientType: 'COMPUTER' },
  commandState: 'ACKNOWLEDGED',
  commandType: 'INSTALL_PROFILE',
  profileId: 12,
  ...changes,
});
const page = (results: unknown[], totalCount = results.length): Reply => ({ body: { totalCount, results } });

describe('finding commands', () => {
  it('filters by Mac, type, profile and time', async () => {
    const { jamf, server } = await connect({ [COMMANDS]: page([command()]) });
    expect(await jamf.findCommands(query)).toEqual([
      {
        uuid: 'u-1',
        type: 'INSTALL_PROFILE',
        profileId: '12',
        state: 'ACKNOWLEDGED',
        sentAt: Date.parse('2026-11-23T11:00:05Z'),
        completedAt: Date.parse('2026-11-23T11:01:00Z'),
        error: '',
      },
    ]);
    expect(server.of(COMMANDS)[0]?.query.get('filter')).toBe(
      'clientManagementId==aaaaaaaa-0000-0000-0000-000000000006;command==INSTALL_PROFILE;profileId==12;' +
        'dateSent=ge=2026-11-23T11:00:00.000Z',
    );
    expect(server.of(COMMANDS)[0]?.query.get('sort')).toBe('dateSent:asc');
  });

  it('returns the error text of the Mac', async () => {
    const commandError = {
      errorCode: 12021,
      errorDomain: 'MCMDMErrorDomain',
      errorEnglishDescription: 'The SCEP server returned an invalid response.',
    };
    const { jamf } = await connect({ [COMMANDS]: page([command({ commandState: 'ERROR', commandError })]) });
    expect((await jamf.findCommands(query))[0]).toMatchObject({
      state: 'ERROR',
      error: 'The SCEP server returned an invalid response. (MCMDMErrorDomain 12021)',
    });
  });

  it('reads all pages, oldest first', async () => {
    const one = command({ dateSent: '2026-11-23T11:09:00Z' });
    const two = command({ uuid: 'u-2', dateSent: '2026-11-23T11:08:00Z', dateCompleted: '' });
    const { jamf, server } = await connect({ [COMMANDS]: [page([one], 2), page([two], 2)] });
    expect(
      (await jamf.findCommands(query)).map(({ uuid, completedAt }) => [uuid, completedAt === null]),
    ).toEqual([
      ['u-2', true],
      ['u-1', false],
    ]);
    expect(server.of(COMMANDS).map((seen) => seen.query.get('page'))).toEqual(['0', '1']);
  });

  it.each([
    ['of another type', { commandType: 'DEVICE_LOCK' }],
    ['for another Mac', { client: { managementId: 'other' } }],
    ['for another profile', { profileId: 13 }],
    ['without a UUID', { uuid: '' }],
  ])('fails if a command is %s, because Jamf Pro ignores unknown conditions', async (_, changes) => {
    const { jamf, server } = await connect({ [COMMANDS]: page([command(changes)], 50_000) });
    expect(await failureOf(jamf.findCommands(query))).toMatchObject({ call: 'commands.find', status: 200 });
    expect(server.of(COMMANDS)).toHaveLength(1);
  });

  it('fails instead of reading the whole collection', async () => {
    const { jamf, server } = await connect({ [COMMANDS]: page([command()], 50_000) });
    await failureOf(jamf.findCommands(query));
    expect(server.of(COMMANDS).length).toBeLessThan(20);
  });

  it.each([
    ['acknowledged', 'ACKNOWLEDGED'],
    ['Acknowledged', 'ACKNOWLEDGED'],
    ['NotNow', 'NOT_NOW'],
    ['Not Now', 'NOT_NOW'],
    ['not-now', 'NOT_NOW'],
    ['CommandFormatError', 'COMMAND_FORMAT_ERROR'],
  ])('reads the state %s', async (commandState, state) => {
    const connected = await connect({
      [COMMANDS]: page([command({ commandState, commandType: 'InstallProfile' })]),
    });
    expect(await connected.jamf.findCommands(query)).toMatchObject([{ state, type: 'INSTALL_PROFILE' }]);
    expect(toldOf(connected, 'jamf.odd')).toEqual([]);
  });

  it('filters by type itself if the server does not know the type', async () => {
    const all = [command({ uuid: 'r', commandType: 'REMOVE_PROFILE' }), command()];
    const connected = await connect({
      [COMMANDS]: ({ query: asked }) =>
        asked.get('filter')?.includes('INSTALL_PROFILE') ? { status: 500 } : page(all),
    });
    for (let call = 0; call < 2; call += 1)
      expect(await connected.jamf.findCommands(query)).toMatchObject([{ uuid: 'u-1' }]);
    const typed = connected.server
      .of(COMMANDS)
      .map(({ query: asked }) => asked.get('filter')?.includes('command=='));
    expect(typed.slice(-2)).toEqual([false, false]);
    expect(connected.jamf.breakerState).toBe('closed');
  });

  it('reports an unknown word once, and as a word only', async () => {
    const commandState = 'Postponed\n{"x":1}';
    const connected = await connect({ [COMMANDS]: page([command({ commandState })]) });
    for (let call = 0; call < 3; call += 1) await connected.jamf.findCommands(query);
    expect(toldOf(connected, 'jamf.odd')).toMatchObject([{ count: 1, detail: 'Postponed___x__1_' }]);
  });

  it('treats an unknown state as pending, because sending again is harmful', async () => {
    const connected = await connect({ [COMMANDS]: page([command({ commandState: 'FLUSHED' })]) });
    expect((await connected.jamf.findCommands(query))[0]?.state).toBe('PENDING');
    expect(toldOf(connected, 'jamf.odd')).toMatchObject([{ what: 'command-state-unknown' }]);
  });

  it('reports a failure of Jamf Pro after 500 with an empty error list', async () => {
    const { jamf } = await connect({ [COMMANDS]: { status: 500, body: { httpStatus: 500, errors: [] } } });
    expect((await failureOf(jamf.findCommands(query))).message).toBe(
      'production: commands.find answered 500. Jamf Pro failed to process the request; if this persists, check its status page and its log.',
    );
  });
});

describe('blank push', () => {
  it('sends the management IDs and returns those that Jamf Pro rejected', async () => {
    const { jamf, server } = await connect({ [PUSH]: { body: { errorUuids: ['b'] } } });
    expect(await jamf.blankPush(['a', 'b'], OPEN)).toEqual(['b']);
    expect(JSON.parse(server.of(PUSH)[0]?.body ?? '')).toEqual({ clientManagementIds: ['a', 'b'] });
    expect(server.of(PUSH)[0]?.headers['content-type']).toBe('application/json');
  });

  it('sends nothing for an empty list', async () => {
    const { jamf, server } = await connect({});
    expect(await jamf.blankPush([], OPEN)).toEqual([]);
    expect(server.seen).toHaveLength(0);
  });
});

describe('failed commands', () => {
  const failed = [
    { name: 'Install Configuration Profile A', status: 'first', failed_epoch: SENT, failed_utc: '' },
    {
      name: 'Install Configuration Profile B',
      status: 'second',
      failed_epoch: '',
      failed_utc: '2026-11-23T12:00:00.000+0000',
    },
    { name: 'Install Configuration Profile C', status: 'whenever', failed: 'now' },
  ];
  const expected = [
    { name: 'Install Configuration Profile B', failedAt: SENT + 3_600_000, error: 'second' },
    { name: 'Install Configuration Profile A', failedAt: SENT, error: 'first' },
    { name: 'Install Configuration Profile C', failedAt: null, error: 'whenever' },
  ];

  it.each([
    ['a list', failed],
    ['a list of named entries', failed.map((entry) => ({ command: entry }))],
    ['entries under one name', { command: failed }],
  ])('are read newest first from %s', async (_, list) => {
    const { jamf } = await connect({
      [HISTORY]: { body: { computer_history: { commands: { failed: list } } } },
    });
    expect(await jamf.readFailedCommands('6')).toEqual(expected);
  });

  it.each([{}, [], '', null, undefined])('are empty for %j', async (list) => {
    const { jamf } = await connect({
      [HISTORY]: { body: { computer_history: { commands: { failed: list } } } },
    });
    expect(await jamf.readFailedCommands('6')).toEqual([]);
  });
});
