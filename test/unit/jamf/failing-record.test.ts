import { OPEN } from '../../support/fence.js';
import { describe, expect, it } from 'vitest';
import { connect, failureOf, toldOf } from './support/client.js';
import { FAILS_500, failingFleet, UNREADABLE } from './support/failing-fleet.js';
import { record } from './support/inventory.js';

const V4 = 'GET /api/v4/computers-inventory';
const ids = (computers: readonly { id: string }[]) => computers.map(({ id }) => Number(id));
const without = (macs: number, ...failing: number[]) =>
  Array.from({ length: macs }, (_, index) => index + 1).filter((id) => !failing.includes(id));
const named = (connected: Parameters<typeof toldOf>[0]) =>
  toldOf(connected, 'jamf.odd').map((fields) => (fields as { detail?: string }).detail);
/** As in production. */
const tuning = { breakerFailures: 5 };

describe.each([
  ['answers 500', FAILS_500],
  ['cannot be read', UNREADABLE],
])('a page with a record that %s', (_, failure) => {
  it.each([[[1]], [[50]], [[100]], [[1, 2]], [[7, 93, 94]]])(
    'is read without the records %j',
    async (failing) => {
      const fleet = failingFleet(250, failing, { failure, general: true });
      const connected = await connect({ [V4]: fleet.reply }, { tuning });
      const page = await connected.jamf.listComputers({}, 0);
      expect(ids(page.computers)).toEqual(without(100, ...failing));
      expect(page).toMatchObject({ total: 250, records: 100, setAside: failing.map(String) });
      expect(named(connected)).toEqual(
        failing.map((id) => expect.stringContaining(`computer ${id}, `) as unknown),
      );
      expect(connected.jamf.breakerState).toBe('closed');
    },
  );

  it('is read with any page size, also when the fleet is smaller than a page', async () => {
    for (const pageSize of [1, 7, 25, 30, 200]) {
      const fleet = failingFleet(60, [3], { failure, general: true });
      const { jamf } = await connect({ [V4]: fleet.reply }, { settings: { pageSize }, tuning });
      const found: number[] = [];
      for (let page = 0; page * pageSize < 60; page += 1)
        found.push(...ids((await jamf.listComputers({}, page)).computers));
      expect(found).toEqual(without(60, 3));
    }
  });

  it('names the position of a record without a readable section', async () => {
    const connected = await connect({ [V4]: failingFleet(250, [150], { failure }).reply }, { tuning });
    expect(await connected.jamf.listComputers({}, 1)).toMatchObject({
      records: 100,
      setAside: [],
      withoutId: ['record 150 in the order of IDs'],
    });
    expect(named(connected)[0]).toContain('record 150 in the order of IDs');
  });

  it('is read by ID without that Mac, which does not count as deleted', async () => {
    const { jamf } = await connect({ [V4]: failingFleet(250, [150], { failure }).reply }, { tuning });
    const setAside: string[] = [];
    const read = await jamf.readComputers(['149', '150', '151', '999'], (id) => setAside.push(id));
    expect([ids(read), setAside]).toEqual([[149, 151], ['150']]);
    expect(jamf.breakerState).toBe('closed');
  });

  it('is read by ID if that Mac is the only requested one', async () => {
    for (const bad of [1, 2, 150]) {
      const { jamf } = await connect({ [V4]: failingFleet(250, [bad], { failure }).reply }, { tuning });
      const setAside: string[] = [];
      expect(await jamf.readComputers([String(bad)], (id) => setAside.push(id))).toEqual([]);
      expect(setAside).toEqual([String(bad)]);
    }
  });

  it('fails a read by ID whose caller does not handle such Macs', async () => {
    const { jamf } = await connect({ [V4]: failingFleet(250, [150], { failure }).reply }, { tuning });
    expect(await failureOf(jamf.readComputers(['149', '150']))).toMatchObject({ call: 'computers.read' });
  });
});

describe('a server that fails for every record', () => {
  it.each([
    ['answers 500', FAILS_500, { status: 500, retryable: true }],
    ['cannot be read', UNREADABLE, { status: 200, retryable: false }],
  ])('fails the call with few requests if it %s', async (_, failure, expected) => {
    const fleet = failingFleet(250, without(250), { failure });
    const connected = await connect({ [V4]: fleet.reply }, { tuning });
    const error = await failureOf(connected.jamf.listComputers({}, 0));
    expect(error).toMatchObject(expected);
    expect(fleet.requests.length).toBeLessThan(35);
    expect(toldOf(connected, 'jamf.odd')).toEqual([]);
    await failureOf(connected.jamf.readComputers(['1'], () => undefined));
  });

  it('opens the circuit breaker after different requests', async () => {
    const { jamf } = await connect({ [V4]: FAILS_500('') }, { tuning: { ...tuning, attempts: 1 } });
    for (let page = 0; page < 5; page += 1) await failureOf(jamf.listComputers({}, page));
    expect(jamf.breakerState).toBe('open');
  });

  it.each([503, 502])('gets no requests for single records after %i', async (status) => {
    const { jamf, server } = await connect({ [V4]: { status } });
    await failureOf(jamf.listComputers({}, 0));
    expect(server.of(V4)).toHaveLength(4);
  });
});

describe('text that Jamf Pro does not escape', () => {
  const spoiled = (name: string) => ({
    body: JSON.stringify({ totalCount: 3, results: ['1', '2', '3'].map((id) => record(id)) }).replace(
      'mac-2',
      name,
    ),
  });

  it.each([
    ['a tab', 'Lab\tmac', 'Lab\tmac'],
    ['a line break', 'Lab\nmac', 'Lab\nmac'],
    ['quotes', 'Lab "one" mac', 'Lab "one" mac'],
    ['half a surrogate pair', 'Lab\\ud83d', 'Lab\ud83d'],
    ['a backslash', 'Lab\\Qa', 'Lab\\Qa'],
  ])('does not affect a page: %s', async (_, text, name) => {
    const connected = await connect({ [V4]: spoiled(text) }, { tuning });
    const { computers } = await connected.jamf.listComputers({}, 0);
    expect(computers.map((computer) => computer.name)).toEqual(['mac-1', name, 'mac-3']);
    expect(connected.server.of(V4)).toHaveLength(1);
    expect(toldOf(connected, 'jamf.odd')).toHaveLength(text.includes('\\u') ? 0 : 1);
  });

  it('does not affect a page with bytes that are not UTF-8', async () => {
    const bytes = Buffer.from(spoiled('Lab é').body, 'latin1');
    const { jamf } = await connect({ [V4]: { bytes } });
    const { computers } = await jamf.listComputers({}, 0);
    expect(computers.map((computer) => computer.name)).toEqual(['mac-1', 'Lab \uFFFD', 'mac-3']);
  });

  it('is not an outage if it cannot be repaired: one request, the breaker stays closed, the advice names the cause', async () => {
    const group = 'GET /JSSResource/computergroups/id/5';
    const { jamf, server } = await connect(
      { [group]: { body: '{"computer_group":{"name":"a"}b"}}' } },
      { tuning },
    );
    for (let number = 0; number < 6; number += 1) {
      const error = await failureOf(jamf.readGroup('5'));
      expect(error).toMatchObject({ status: 200, retryable: false, said: 'the response is not valid JSON' });
      expect(error.advice).toContain('a character that Jamf Pro does not escape');
    }
    expect(server.of(group)).toHaveLength(6);
    expect(jamf.breakerState).toBe('closed');
  });
});

describe('a failure of one Mac', () => {
  const commands = (managementId: string) => ({
    managementId,
    type: 'INSTALL_PROFILE' as const,
    profileId: '12',
    sentAfter: 0,
  });

  it.each([
    ['its commands', 'GET /api/v2/mdm/commands', 'commands'],
    ['its history', 'GET /JSSResource/computerhistory/id/6/subset/Commands', 'history'],
    ['its blank push', 'POST /api/v2/mdm/blank-push', 'push'],
  ] as const)('never opens the circuit breaker: 500 for %s', async (_, route, what) => {
    const { jamf } = await connect({ [route]: { status: 500 } }, { tuning });
    for (let number = 0; number < 4; number += 1)
      await failureOf(
        what === 'commands'
          ? jamf.findCommands({ ...commands('m-6'), sentAfter: number })
          : what === 'history'
            ? jamf.readFailedCommands('6')
            : jamf.blankPush(['m-6'], OPEN),
      );
    expect(jamf.breakerState).toBe('closed');
    await jamf.version();
  });

  it('never opens the circuit breaker: 404 for it', async () => {
    const { jamf } = await connect({}, { tuning });
    for (let id = 1; id < 8; id += 1) await failureOf(jamf.readFailedCommands(String(id)));
    expect(jamf.breakerState).toBe('closed');
  });
});

describe('an empty ID', () => {
  const blank = { managementId: ' ', type: 'INSTALL_PROFILE' as const, profileId: '12', sentAfter: 0 };

  it('is not sent', async () => {
    const { jamf, server } = await connect({});
    const error = await failureOf(jamf.findCommands(blank));
    expect(error).toMatchObject({ status: null, retryable: false, inDoubt: false });
    expect(error.message).toContain('commands.find was not sent (the Mac has no management ID)');
    await failureOf(jamf.readProfile(''));
    await failureOf(jamf.readGroup(''));
    await failureOf(jamf.addToGroup('', ['6'], OPEN));
    expect(await jamf.readFailedCommands('')).toEqual([]);
    expect(await jamf.blankPush([''], OPEN)).toEqual(['']);
    expect(server.seen).toEqual([]);
  });

  it('does not prevent that the others are sent', async () => {
    const push = 'POST /api/v2/mdm/blank-push';
    const { jamf, server } = await connect({ [push]: { body: { errorUuids: ['b'] } } });
    expect(await jamf.blankPush(['a', '', 'b'], OPEN)).toEqual(['', 'b']);
    expect(server.of(push)[0]?.body).toBe('{"clientManagementIds":["a","b"]}');
  });
});
