import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config/values/secret.js';
import type { Webhook, WebhookSettings } from '../../../src/jamf/setup.js';
import { isOurs, planWebhooks } from '../../../src/setup/plan.js';
import { wantedWebhooks } from '../../../src/setup/wanted.js';
import { asShown, instanceWith } from './support.js';

const header = (value: string) => `authentication: { type: header, headers: { X-Api-Key: ${value} } }`;
const BASIC = 'authentication: { type: basic, username: jamf, password: canary }';
const SIGNATURE =
  'authentication: { type: signature, header: X-Signature, algorithm: sha512, secret: canary-of-16-letters }';
const MTLS = 'authentication: { type: mtls, proxyHeader: X-Cert, commonNames: [jamf] }';
const wanted = (webhooks: string) =>
  wantedWebhooks('prod', instanceWith(`{ ${webhooks}, events: [ComputerAdded, JSSStartup] }`), [
    'https://recert.example.com',
  ]);

/** The plan for `settings` when Jamf Pro has the matching webhooks, except for the given changes of the first one. */
function planAfter(settings: readonly WebhookSettings[], change: Partial<Webhook>, options = {}) {
  const [first, ...others] = asShown(settings);
  if (!first) throw new Error('nothing is wanted');
  return planWebhooks(settings, [{ ...first, ...change }, ...others], options);
}

describe('the webhooks that belong to Recert', () => {
  it.each([
    ['Recert ComputerAdded', true],
    ['Recert SmartGroupComputerMembershipChange 21', true],
    ['Recert ', false],
    ['Recert', false],
    ['Recert alerts for Slack', false],
    ['Recert ComputerAdded (old)', false],
    ['Recert  ComputerAdded', false],
    ['Recert computeradded', false],
    ['recert ComputerAdded', false],
    ['My Recert ComputerAdded', false],
    ['Recert staging ComputerAdded', false],
  ])('%j: %s', (name, ours) => {
    expect(isOurs('Recert', name)).toBe(ours);
  });

  it('are recognized by the whole name when two Recert installations share a Jamf Pro server', () => {
    expect(isOurs('Recert staging', 'Recert staging ComputerAdded')).toBe(true);
    expect(isOurs('Recert staging', 'Recert ComputerAdded')).toBe(false);
  });
});

describe('the plan for the webhooks', () => {
  it('creates missing webhooks', () => {
    const { changes, unchanged } = planWebhooks(wanted(header('canary')), []);
    expect(changes.map(({ action, name }) => [action, name])).toEqual([
      ['create', 'Recert ComputerAdded'],
      ['create', 'Recert JSSStartup'],
    ]);
    expect(unchanged).toEqual([]);
    expect(changes[0]?.differences).toContainEqual({
      field: 'header X-Api-Key',
      is: null,
      wanted: '[hidden]',
    });
  });

  it.each([
    header('canary'),
    BASIC,
    SIGNATURE,
    MTLS,
    'authentication: { type: none, acceptUnauthenticated: true }',
  ])('is empty when Jamf Pro has the expected webhooks: %s', (webhooks) => {
    const settings = wanted(webhooks);
    expect(planWebhooks(settings, asShown(settings))).toEqual({
      changes: [],
      unchanged: ['Recert ComputerAdded', 'Recert JSSStartup'],
    });
  });

  it('deletes webhooks of Recert that are no longer needed', () => {
    const settings = wanted(header('canary'));
    const { changes } = planWebhooks(settings.slice(1), asShown(settings));
    expect(changes).toEqual([{ action: 'delete', id: '1', name: 'Recert ComputerAdded', differences: [] }]);
  });

  it.each<[string, Partial<Webhook>, unknown]>([
    ['the event', { event: 'PushSent' }, { field: 'event', is: 'PushSent', wanted: 'ComputerAdded' }],
    ['whether it is on', { enabled: false }, { field: 'enabled', is: 'false', wanted: 'true' }],
    [
      'the content type',
      { contentType: 'text/xml' },
      { field: 'content type', is: 'text/xml', wanted: 'application/json' },
    ],
    [
      'the connection time-out',
      { connectionTimeoutMs: 1_000 },
      { field: 'connection time-out', is: '1s', wanted: '5s' },
    ],
    ['the read time-out', { readTimeoutMs: 15_000 }, { field: 'read time-out', is: '15s', wanted: '2s' }],
    ['the smart group', { smartGroupId: '7' }, { field: 'smart group', is: '7', wanted: null }],
    [
      'the address',
      { url: 'https://u:canary@old.example.com/x' },
      {
        field: 'url',
        is: 'https://[hidden]@old.example.com/x',
        wanted: 'https://recert.example.com/webhooks/jamf/prod',
      },
    ],
    [
      'the secret',
      { credentials: { type: 'header', headers: new Map([['X-Api-Key', new Secret('canary-2')]]) } },
      { field: 'header X-Api-Key', is: 'another secret', wanted: '[hidden]' },
    ],
    [
      'a kind of authentication that we do not know',
      { credentials: { type: 'other', said: 'PIGEON' } },
      { field: 'authentication', is: 'PIGEON', wanted: 'header' },
    ],
  ])('corrects %s, and says so without a secret', (_, change, difference) => {
    const { changes, unchanged } = planAfter(wanted(header('canary')), change);
    expect(changes).toMatchObject([{ action: 'update', id: '1', name: 'Recert ComputerAdded' }]);
    expect(changes[0]?.differences).toContainEqual(difference);
    expect(unchanged).toEqual(['Recert JSSStartup']);
    expect(JSON.stringify(changes)).not.toContain('canary');
  });

  it('removes unexpected headers', () => {
    const headers = new Map([
      ['X-Api-Key', new Secret('canary')],
      ['X-Old', new Secret('canary-old')],
    ]);
    const { changes } = planAfter(wanted(header('canary')), { credentials: { type: 'header', headers } });
    expect(changes[0]?.differences).toEqual([{ field: 'header X-Old', is: '[hidden]', wanted: null }]);
  });

  it('changes the type of authentication', () => {
    const { changes } = planAfter(wanted(BASIC), { credentials: { type: 'none' } });
    expect(changes[0]?.differences).toEqual([
      { field: 'authentication', is: 'none', wanted: 'basic' },
      { field: 'username', is: null, wanted: 'jamf' },
      { field: 'password', is: null, wanted: '[hidden]' },
    ]);
  });

  it('changes to a signature, its hash algorithm, and mutual TLS', () => {
    const { changes } = planAfter(wanted(SIGNATURE), { credentials: { type: 'basic', username: 'jamf' } });
    expect(changes[0]?.differences).toEqual([
      { field: 'authentication', is: 'basic', wanted: 'signature' },
      { field: 'secret', is: null, wanted: '[hidden]' },
    ]);
    const other = planAfter(wanted(SIGNATURE), { credentials: { type: 'signature', algorithm: 'sha256' } });
    expect(other.changes[0]?.differences).toEqual([{ field: 'algorithm', is: 'sha256', wanted: 'sha512' }]);
    const mtls = planAfter(wanted(MTLS), { credentials: { type: 'none' } });
    expect(mtls.changes[0]?.differences).toEqual([{ field: 'authentication', is: 'none', wanted: 'mtls' }]);
    expect(JSON.stringify([changes, other, mtls])).not.toContain('canary');
  });

  it('accepts values that Jamf Pro does not show, unless they must be written again', () => {
    const unseen = { field: 'password', is: 'not shown by Jamf Pro', wanted: '[hidden]' };
    expect(planAfter(wanted(BASIC), {}).changes).toEqual([]);
    const { changes } = planAfter(wanted(BASIC), {}, { rewriteUnseen: true });
    expect(changes.map(({ differences }) => differences)).toEqual([[unseen], [unseen]]);

    const signature: Partial<Webhook> = { credentials: { type: 'signature', algorithm: null } };
    expect(planAfter(wanted(SIGNATURE), signature).changes).toEqual([]);
    const again = planAfter(wanted(SIGNATURE), signature, { rewriteUnseen: true });
    expect(again.changes[0]?.differences).toEqual([{ ...unseen, field: 'secret' }]);

    const notShown: Partial<Webhook> = {
      credentials: { type: 'header', headers: null },
      connectionTimeoutMs: null,
      readTimeoutMs: null,
    };
    expect(planAfter(wanted(header('canary')), notShown).changes).toEqual([]);
    expect(
      planAfter(wanted(header('canary')), notShown, { rewriteUnseen: true }).changes[0]?.differences,
    ).toEqual([{ ...unseen, field: 'header X-Api-Key' }]);
  });
});
