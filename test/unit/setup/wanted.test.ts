import { describe, expect, it } from 'vitest';
import { WEBHOOK_EVENTS } from '../../../src/config/sections/instance.js';
import { SetupError, byHand, isChangingSecret, wantedWebhooks } from '../../../src/setup/wanted.js';
import { EVENTS } from '../../../src/webhooks/recognise/event-types.js';
import { instanceWith } from './support.js';

const HEADER = 'authentication: { type: header, headers: { X-Api-Key: one } }';
const MTLS = 'authentication: { type: mtls, proxyHeader: X-Cert, commonNames: [jamf] }';
const RECEIVER = ['https://recert.example.com/'];
const wanted = (webhooks: string, receivers: readonly string[] = RECEIVER) =>
  wantedWebhooks('prod', instanceWith(`{ ${webhooks} }`), receivers);

describe('the required webhooks', () => {
  it('are one per event and one per smart group, all for the receiver', () => {
    const all = wanted(
      `${HEADER}, events: [ComputerAdded, JSSStartup, ComputerAdded], smartGroups: [21, 22]`,
    );
    expect(all.map(({ name, event, smartGroupId }) => [name, event, smartGroupId])).toEqual([
      ['Recert ComputerAdded', 'ComputerAdded', null],
      ['Recert JSSStartup', 'JSSStartup', null],
      ['Recert SmartGroupComputerMembershipChange 21', 'SmartGroupComputerMembershipChange', '21'],
      ['Recert SmartGroupComputerMembershipChange 22', 'SmartGroupComputerMembershipChange', '22'],
    ]);
    for (const webhook of all)
      expect(webhook).toMatchObject({
        enabled: true,
        url: 'https://recert.example.com/webhooks/jamf/prod',
        contentType: 'application/json',
        connectionTimeoutMs: 5_000,
        readTimeoutMs: 2_000,
      });
  });

  it('are by default those for useful events, and may have another name', () => {
    const names = wanted(`${HEADER}, name: Recert staging`).map(({ name }) => name);
    expect(names).toEqual([
      'Recert staging ComputerAdded',
      'Recert staging ComputerCheckIn',
      'Recert staging ComputerInventoryCompleted',
      'Recert staging ComputerPushCapabilityChanged',
      'Recert staging JSSShutdown',
      'Recert staging JSSStartup',
    ]);
  });

  it('are distributed over several receivers', () => {
    const urls = wanted(HEADER, ['http://a', 'http://b']).map(({ url }) => url.slice(0, 8));
    expect(urls).toEqual(['http://a', 'http://b', 'http://a', 'http://b', 'http://a', 'http://b']);
  });

  it('use the newest of two secrets', () => {
    const [byHeader] = wanted('authentication: { type: header, headers: { X: [old, new], Y: only } }');
    const { credentials } = byHeader ?? {};
    if (credentials?.type !== 'header') throw new Error('not by header');
    expect([...credentials.headers].map(([name, value]) => [name, value.reveal()])).toEqual([
      ['X', 'new'],
      ['Y', 'only'],
    ]);
    const [byPassword] = wanted('authentication: { type: basic, username: jamf, password: [old, new] }');
    expect(byPassword?.credentials.type === 'basic' && byPassword.credentials.password.reveal()).toBe('new');
  });

  it('use the newest key of a signature, and no certificate, because an admin must upload it in Jamf Pro', () => {
    const keys = '[old-key-of-16-letters, new-key-of-16-letters]';
    const [signed] = wanted(`authentication: { type: signature, header: X, secret: ${keys} }`);
    const { credentials } = signed ?? {};
    if (credentials?.type !== 'signature') throw new Error('not signed');
    expect([credentials.algorithm, credentials.secret.reveal()]).toEqual(['sha256', 'new-key-of-16-letters']);
    const [mtls] = wanted(MTLS);
    expect(mtls?.credentials).toEqual({ type: 'mtls' });
    expect(byHand(instanceWith(`{ ${MTLS} }`))).toMatch(/web interface/);
    expect(byHand(instanceWith(`{ ${HEADER} }`))).toBeNull();
  });

  it('have no authentication if the configuration accepts that explicitly', () => {
    const [first] = wanted('authentication: { type: none, acceptUnauthenticated: true }');
    expect(first?.credentials).toEqual({ type: 'none' });
  });

  it('require an address, and refuse a header that Jamf Pro reserves', () => {
    expect(() => wanted(HEADER, [])).toThrow(/http\.publicUrl/);
    const forbidden = () => wanted('authentication: { type: header, headers: { Content-Type: hush } }');
    expect(forbidden).toThrow(SetupError);
    expect(forbidden).not.toThrow(/hush/);
  });

  it('are only for events that Recert uses', () => {
    const ignored = WEBHOOK_EVENTS.filter((event) => EVENTS[event].done.startsWith('counted and ignored'));
    expect(ignored).toEqual([]);
  });
});

it.each([
  ['{ type: header, headers: { X: one, Y: [old, new] } }', true],
  ['{ type: header, headers: { X: one } }', false],
  ['{ type: basic, username: jamf, password: [old, new] }', true],
  ['{ type: basic, username: jamf, password: one }', false],
  [`{ type: signature, header: X, secret: [${'o'.repeat(16)}, ${'n'.repeat(16)}] }`, true],
  [`{ type: signature, header: X, secret: ${'o'.repeat(16)} }`, false],
  ['{ type: mtls, proxyHeader: X-Cert, commonNames: [jamf] }', false],
  ['{ type: none, acceptUnauthenticated: true }', false],
])('rotation of a secret for %s: %s', (authentication, changing) => {
  expect(isChangingSecret(instanceWith(`{ authentication: ${authentication} }`))).toBe(changing);
});
