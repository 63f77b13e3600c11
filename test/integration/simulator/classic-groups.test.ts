import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';

interface Group {
  computer_group: { id: number; name: string; is_smart: boolean; computers: { id: number }[] };
}

let simulator: TestSimulator;
let groupId = 0;
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 40, due: 0, unmanaged: 0.1 } });
});
afterAll(() => simulator.close());

const put = (body: string) =>
  simulator.call('PUT', `/JSSResource/computergroups/id/${groupId}`, { xml: body });
const delta = (kind: 'additions' | 'deletions', computers: string) =>
  put(`<computer_group><computer_${kind}>${computers}</computer_${kind}></computer_group>`);
const byId = (...ids: number[]) => ids.map((id) => `<computer><id>${id}</id></computer>`).join('');
const members = async () => {
  const answer = await simulator.callJson('GET', `/JSSResource/computergroups/id/${groupId}`);
  return (answer.json() as Group).computer_group.computers.map(({ id }) => id).sort((a, b) => a - b);
};
const managed = () => simulator.world.computers.all().filter((computer) => computer.managed);
const nth = (index: number) => managed()[index]?.id ?? 0;

describe('a static group of the Classic API', () => {
  it('is made empty by POST to id 0, and twice is a 409', async () => {
    const xml = '<computer_group><name>leave-blue</name><is_smart>false</is_smart></computer_group>';
    const made = await simulator.call('POST', '/JSSResource/computergroups/id/0', { xml });
    expect(made.status).toBe(201);
    groupId = Number(/<id>(\d+)<\/id>/.exec(made.text)?.[1]);
    expect(await members()).toEqual([]);
    const again = await simulator.call('POST', '/JSSResource/computergroups/id/0', { xml });
    expect(again.status).toBe(409);
    expect(again.text).toContain('<p>Error: Duplicate name</p>');
  });

  it('takes members by id, serial number, udid and name', async () => {
    const [, two, three, four] = managed();
    if (four) four.name = 'mac-by-name';
    const answer = await delta(
      'additions',
      byId(nth(0)) +
        `<computer><serial_number>${two?.serialNumber ?? ''}</serial_number></computer>` +
        `<computer><udid>${three?.udid ?? ''}</udid></computer>` +
        `<computer><name>mac-by-name</name></computer>`,
    );
    expect(answer.status).toBe(201);
    expect(answer.text).toContain(`<computer_group><id>${groupId}</id></computer_group>`);
    expect(await members()).toEqual([nth(0), nth(1), nth(2), nth(3)]);
  });

  it('takes a member again without a word', async () => {
    expect((await delta('additions', byId(nth(0)))).status).toBe(201);
    expect(await members()).toHaveLength(4);
  });

  it('adds and removes in one request', async () => {
    const answer = await put(
      `<computer_group><computer_additions>${byId(nth(4))}</computer_additions>` +
        `<computer_deletions>${byId(nth(3))}</computer_deletions></computer_group>`,
    );
    expect(answer.status).toBe(201);
    expect(await members()).toEqual([nth(0), nth(1), nth(2), nth(4)]);
  });

  it.each([
    ['an unknown Mac', 'additions', () => byId(nth(6), 99_999), 'Unable to match computer'],
    [
      'an unmanaged Mac',
      'additions',
      () => byId(nth(6), simulator.world.computers.all().find((one) => !one.managed)?.id ?? 0),
      'managed',
    ],
    ['one who is no member', 'deletions', () => byId(nth(0), nth(7)), 'not a member'],
    ['an unknown Mac to remove', 'deletions', () => byId(nth(0), 99_999), 'Unable to match computer'],
  ] as const)('refuses the whole request for %s', async (_what, kind, computers, words) => {
    const before = await members();
    const answer = await delta(kind, computers());
    expect(answer.status).toBe(409);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.text).toContain('<title>Status page</title>');
    expect(answer.text).toContain(words);
    expect(await members()).toEqual(before);
  });

  it('ignores misspelt elements and answers 201', async () => {
    const before = await members();
    const answer = await put(
      `<computer_group><computer_aditions>${byId(nth(9))}</computer_aditions></computer_group>`,
    );
    expect(answer.status).toBe(201);
    expect(await members()).toEqual(before);
  });

  it('takes XML only', async () => {
    const path = `/JSSResource/computergroups/id/${groupId}`;
    expect((await simulator.call('PUT', path, { json: {} })).status).toBe(415);
    expect((await simulator.call('PUT', path, { xml: '<computer_group>' })).status).toBe(400);
    expect((await simulator.call('PUT', path, { xml: '<computer/>' })).status).toBe(400);
  });

  it('is replaced as a whole by computers, and renamed', async () => {
    expect(
      (
        await put(
          `<computer_group><name>renamed</name><computers>${byId(nth(8))}</computers></computer_group>`,
        )
      ).status,
    ).toBe(201);
    expect(await members()).toEqual([nth(8)]);
    const byName = await simulator.callJson('GET', '/JSSResource/computergroups/name/renamed');
    expect((byName.json() as Group).computer_group).toMatchObject({ id: groupId, is_smart: false });
  });

  it('reads the same in XML', async () => {
    const { text, headers } = await simulator.call('GET', `/JSSResource/computergroups/id/${groupId}`);
    expect(headers.get('content-type')).toContain('application/xml');
    expect(text).toContain(`<computers><size>1</size><computer><id>${nth(8)}</id>`);
    const listed = await simulator.call('GET', '/JSSResource/computergroups');
    expect(listed.text).toContain(
      `<computer_group><id>${groupId}</id><name>renamed</name><is_smart>false</is_smart></computer_group>`,
    );
  });

  it('is gone when deleted', async () => {
    const path = `/JSSResource/computergroups/id/${groupId}`;
    expect((await simulator.call('DELETE', path)).status).toBe(200);
    const answer = await simulator.call('GET', path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('text/html');
  });
});

describe('a smart group', () => {
  it('cannot be given members', async () => {
    const smart = simulator.world.groups.createSmart({ name: 'smart', criteria: [] });
    const xml = `<computer_group><computer_additions>${byId(nth(0))}</computer_additions></computer_group>`;
    const answer = await simulator.call('PUT', `/JSSResource/computergroups/id/${smart.id}`, { xml });
    expect(answer.status).toBe(409);
  });
});

describe('the RestAPIOperation event', () => {
  it('tells of each authorised Classic request, reads too', async () => {
    const seen: unknown[] = [];
    const off = simulator.world.onEvent((event) => {
      if (event.name === 'RestAPIOperation') seen.push(event.operation);
    });
    await simulator.callJson('GET', '/JSSResource/computers/id/1');
    await simulator.call('PUT', '/JSSResource/computergroups/id/99999', { xml: '<computer_group/>' });
    await simulator.anonymous('GET', '/JSSResource/computers/id/1');
    await expect.poll(() => seen.length).toBe(2);
    off();
    expect(seen).toEqual([
      {
        authorizedUsername: 'API client',
        objectID: 1,
        objectName: simulator.world.computers.get(1)?.name,
        objectTypeName: 'computer',
        operationSuccessful: true,
        restAPIOperationType: 'GET',
      },
      expect.objectContaining({ operationSuccessful: false, restAPIOperationType: 'PUT' }),
    ]);
  });
});
