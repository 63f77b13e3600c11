import { expect, it, onTestFinished } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { startFaultyEnvironment } from './faulty-environment.js';
import { OVERLAP, WAITS } from './environment.js';

const MACS = 250;
const { green, joinGreen } = SEEDED;

type TextFault = Extract<NonNullable<FaultsInput['http']>[number], { kind: 'text' }>;
const replace = (path: string, find: string, replaceWith: string): TextFault => ({
  kind: 'text',
  path,
  find,
  replaceWith,
});

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;

/** The name of a Mac in inventory and groups, from a server that does not escape it. */
const named = (id: number, name: string): TextFault[] => [
  replace(
    'computers-inventory',
    String.raw`("id":"${id}","udid":${STRING},"general":\{"name":)${STRING}`,
    `$1"${name}"`,
  ),
  replace('computergroups', String.raw`(\{"id":${id},"name":)${STRING}`, `$1"${name}"`),
];

/** Another field of an inventory record. */
const withField = (id: number, field: string, value: string): TextFault =>
  replace('computers-inventory', String.raw`("id":"${id}","udid":[^]*?"${field}":)${STRING}`, `$1${value}`);

it(
  'all of 250 Macs with readable texts are known and renewed, and unreadable texts are named',
  async () => {
    const opened = await startFaultyEnvironment({
      simulator: {
        fleet: { computers: MACS, due: 12, unmanaged: 0, outOfScope: 0, junk: 0 },
        rhythm: { checkIn: '10s', inventory: '10s' },
      },
      instance: { timeout: '30s', sweep: { changed: '1s', full: '24h' } },
      okta: { overlap: { ...OVERLAP, settle: '1s' }, waits: { ...WAITS, online: '1h' } },
    });
    const { environment, stores, all, due } = opened;
    const { world } = environment.simulator;
    const [tab = 0, lineBreak = 0, quotes = 0, backslash = 0, half = 0, blank = 0, ...usual] = due;
    const healthy = all.filter((id) => !due.includes(id) && id > 100);
    const [failing = 0, unreadable = 0, nul = 0, empty = 0, member = 0, told = 0] = healthy;
    world.groups.changeMembers(joinGreen, { add: [member] });
    await opened.setFaults({
      records: { failing: [failing], withoutManagementId: [blank] },
      http: [
        ...named(tab, 'Lab\tMac'),
        ...named(lineBreak, 'Lab\r\nMac'),
        ...named(quotes, 'Lab "one" Mac'),
        ...named(backslash, String.raw`Lab\Qa`),
        ...named(half, String.raw`Lab \ud83d`),
        ...named(unreadable, 'a"}b'),
        withField(nul, 'realname', '"A\u0000\u001bB"'),
        withField(empty, 'reportDate', '"yesterday"'),
        replace('computergroups', `\\{"id":${member},"name"`, '{"id":null,"name"'),
        replace(
          `osxconfigurationprofiles/id/${green}$`,
          String.raw`("payloads":")([^]*?<dict>)`,
          '$1\uFEFF\t$2<key>PayloadOrganization</key><string>R&D <lab> &#0;</string>',
        ),
      ],
    });
    const worker = await environment.startWorker();
    const known = MACS - 2;
    await environment.eventually(async () => (await stores.computers.count('demo')).known === known);

    const refused: string[] = [];
    const telemetry = createTelemetry((kind, fields) => {
      if (kind === 'webhook.refused') refused.push(JSON.stringify(fields));
    });
    const receiver = await startReceiver(environment.config, { telemetry });
    onTestFinished(() => receiver.stop());
    const webhook = async (body: string) => {
      const response = await fetch(`${receiver.url}/webhooks/jamf/demo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      return { status: response.status, body: await response.json() };
    };
    // A webhook with an unescaped name is assigned to the Mac. An unreadable one is rejected and named.
    world.actions.shiftExpiry(told, -400 * 86_400_000);
    world.actions.reportInventory(told);
    const about = (name: string) =>
      `{"webhook":{"webhookEvent":"ComputerInventoryCompleted","eventTimestamp":${Date.now()}},"event":{"deviceName":"${name}","jssID":${told}}}`;
    expect(await webhook(about('Lab\u0001 "one"\t\\ud83d'))).toMatchObject({
      status: 202,
      body: { outcome: 'admitted', effect: 'hint', computers: 1 },
    });
    expect(await webhook(about('a"}b'))).toMatchObject({ status: 400 });
    expect(refused).toEqual([expect.stringContaining('not valid JSON')]);

    const renewed = [tab, lineBreak, quotes, backslash, half, told, ...usual];
    await environment.eventually(async () => {
      const verified = (await environment.records()).filter(
        ({ state, closedAt }) => state === 'verified' && closedAt !== null,
      );
      const done = new Set(verified.map(({ computerId }) => Number(computerId)));
      return renewed.every((id) => done.has(id));
    });
    const issued = world.ca.issuedByComputer();
    expect(renewed.map((id) => issued.get(id))).toEqual(renewed.map(() => 1));
    expect(await stores.computers.count('demo')).toEqual({ known, retired: 0 });

    const readable = [tab, lineBreak, quotes, backslash].map(String);
    expect((await stores.computers.getMany('demo', readable)).map((mac) => mac?.name)).toEqual([
      'Lab\tMac',
      'Lab\r\nMac',
      'Lab "one" Mac',
      String.raw`Lab\Qa`,
    ]);
    const found = await opened.findings();
    expect(found).toContainEqual(
      expect.stringContaining(
        `(computer ID ${unreadable}, record ${all.indexOf(failing) + 1} in the order of IDs)`,
      ),
    );
    const odd = worker.said('jamf.odd').map(({ message }) => String(message));
    for (const text of [
      `1 × entry-unreadable: group ${joinGreen}`,
      `1 × payload-entities: profile ${green}`,
      `record-set-aside: computer ${unreadable}`,
      `invalid-json: /JSSResource/computergroups/id/${joinGreen}`,
      `invalid-json: /JSSResource/osxconfigurationprofiles/id/${green}`,
    ])
      expect(odd).toContainEqual(expect.stringContaining(text));
    // Each attempt starts without faults.
    await environment.eventually(async () =>
      (await environment.records()).some(
        ({ computerId, trouble }) =>
          computerId === String(blank) && trouble?.text.includes('the Mac has no management ID'),
      ),
    );
    expect(worker.said('jamf.breaker')).toEqual([]);
    expect(found.filter((text) => text.includes('circuit breaker'))).toEqual([]);
  },
  LONG_TEST_MS,
);
