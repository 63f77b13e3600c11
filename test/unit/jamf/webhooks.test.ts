import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config/values/secret.js';
import type { WebhookSettings } from '../../../src/jamf/setup.js';
import { failureOf } from './support/client.js';
import type { Reply } from './support/server.js';
import { connectSetup } from './support/setup.js';

const KEY = 'canary-webhook-"key"';
const IN_JSON = JSON.stringify(KEY).slice(1, -1);
const LIST = 'GET /JSSResource/webhooks';
const READ = 'GET /JSSResource/webhooks/id/7';
const CREATE = 'POST /JSSResource/webhooks/id/0';
const UPDATE = 'PUT /JSSResource/webhooks/id/7';

const settings: WebhookSettings = {
  name: 'Recert ComputerAdded',
  enabled: true,
  url: 'https://recert.example.com/webhooks/jamf/prod',
  contentType: 'application/json',
  event: 'ComputerAdded',
  connectionTimeoutMs: 5_000,
  readTimeoutMs: 2_000,
  credentials: { type: 'header', headers: new Map([['X-Api-Key', new Secret(KEY)]]) },
  smartGroupId: null,
};

const webhook = (changes: Record<string, unknown> = {}): Reply => ({
  headers: { 'content-type': 'text/plain;charset=UTF-8' },
  body: {
    webhook: {
      id: 7,
      name: 'Recert ComputerAdded',
      enabled: true,
      url: 'https://recert.example.com/webhooks/jamf/prod',
      content_type: 'application/json',
      event: 'ComputerAdded',
      connection_timeout: 5,
      read_timeout: 2,
      authentication_type: 'HEADER',
      username: '',
      password: '',
      header: JSON.stringify({ 'X-Api-Key': KEY }),
      display_fields: [],
      ...changes,
    },
  },
});

describe('listing webhooks', () => {
  it.each([
    ['a list', [{ id: 7, name: 'ours' }]],
    ['a wrapped list', [{ webhook: { id: '7', name: 'ours' } }]],
    ['a single entry', { size: 1, webhook: { id: 7, name: 'ours' } }],
  ])('reads %s', async (_, webhooks) => {
    const { jamf } = await connectSetup({ [LIST]: { body: { webhooks } } });
    expect(await jamf.listWebhooks()).toEqual([{ id: '7', name: 'ours' }]);
  });

  it('rejects a missing list, because existing webhooks would be created again', async () => {
    const { jamf } = await connectSetup({ [LIST]: { body: {} } });
    expect((await failureOf(jamf.listWebhooks())).said).toContain('webhooks');
  });
});

describe('reading a webhook', () => {
  it('returns all fields, with durations in milliseconds', async () => {
    const { jamf } = await connectSetup({ [READ]: webhook({ smart_group_id: 21 }) });
    const read = await jamf.readWebhook('7');
    expect(read).toEqual({ ...settings, id: '7', smartGroupId: '21' });
    expect(read.credentials.type === 'header' && read.credentials.headers?.get('X-Api-Key')?.reveal()).toBe(
      KEY,
    );
  });

  it('redacts header values, which Jamf Pro returns in clear text, when printed', async () => {
    const { jamf, told } = await connectSetup({ [READ]: webhook() });
    const read = await jamf.readWebhook('7');
    const printed = [inspect(read, { depth: 9, showHidden: true }), JSON.stringify(read), told()].join();
    expect(printed).not.toContain('canary');
  });

  it.each([
    ['none', { authentication_type: 'NONE' }, { type: 'none' }],
    [
      'basic',
      { authentication_type: 'BASIC', username: 'jamf', password: '******' },
      { type: 'basic', username: 'jamf' },
    ],
    ['headers that are not a map', { header: '****' }, { type: 'header', headers: null }],
    ['a header value that is not a string', { header: '{"X":{"a":1}}' }, { type: 'header', headers: null }],
    ['mutual TLS', { authentication_type: 'MTLS' }, { type: 'mtls' }],
    [
      'a signature',
      { authentication_type: 'HASH_SIGNATURE', hash_algorithm: 'SHA-512', password: '******' },
      { type: 'signature', algorithm: 'sha512' },
    ],
    [
      'a signature whose hash is not said',
      { authentication_type: 'HASH_SIGNATURE' },
      { type: 'signature', algorithm: null },
    ],
    ['an unknown type', { authentication_type: 'PIGEON' }, { type: 'other', said: 'PIGEON' }],
  ])('recognizes %s', async (_, changes, credentials) => {
    const { jamf } = await connectSetup({ [READ]: webhook(changes) });
    expect((await jamf.readWebhook('7')).credentials).toEqual(credentials);
  });

  it('rejects a different webhook than requested', async () => {
    const { jamf } = await connectSetup({ [READ]: webhook({ id: 8 }) });
    expect((await failureOf(jamf.readWebhook('7'))).message).toContain('a different webhook');
  });
});

describe('writing a webhook', () => {
  it('sends XML with all fields', async () => {
    const { jamf, server } = await connectSetup({
      [CREATE]: { status: 201, body: '<webhook><id>7</id></webhook>' },
    });
    await jamf.createWebhook({ ...settings, smartGroupId: '21' });
    const [sent] = server.of(CREATE);
    expect(sent?.headers['content-type']).toBe('application/xml');
    expect(sent?.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><webhook><name>Recert ComputerAdded</name><enabled>true</enabled>' +
        '<url>https://recert.example.com/webhooks/jamf/prod</url><content_type>application/json</content_type>' +
        '<event>ComputerAdded</event><connection_timeout>5</connection_timeout><read_timeout>2</read_timeout>' +
        '<authentication_type>HEADER</authentication_type>' +
        `<header>{"X-Api-Key":"${IN_JSON}"}</header><smart_group_id>21</smart_group_id></webhook>`,
    );
  });

  it('sends the credentials of each authentication type', async () => {
    const { jamf, server } = await connectSetup({ [UPDATE]: { status: 201 } });
    const password = new Secret('canary-password');
    await jamf.updateWebhook('7', {
      ...settings,
      credentials: { type: 'basic', username: 'jamf', password },
    });
    const secret = new Secret('canary-key-of-an-hmac');
    const credentials = { type: 'signature', algorithm: 'sha512', secret } as const;
    await jamf.updateWebhook('7', { ...settings, credentials });
    await jamf.updateWebhook('7', { ...settings, credentials: { type: 'mtls' } });
    await jamf.updateWebhook('7', { ...settings, credentials: { type: 'none' } });
    const bodies = server.of(UPDATE).map(({ body }) => /<authentication_type>.*/.exec(body)?.[0]);
    expect(bodies).toEqual([
      '<authentication_type>BASIC</authentication_type><username>jamf</username><password>canary-password</password></webhook>',
      '<authentication_type>HASH_SIGNATURE</authentication_type><password>canary-key-of-an-hmac</password><hash_algorithm>SHA512</hash_algorithm></webhook>',
      '<authentication_type>MTLS</authentication_type></webhook>',
      '<authentication_type>NONE</authentication_type></webhook>',
    ]);
  });

  it('deletes by ID only', async () => {
    const { jamf, server } = await connectSetup({ 'DELETE /JSSResource/webhooks/id/7': {} });
    await jamf.deleteWebhook('7');
    expect(server.of('DELETE /JSSResource/webhooks/id/7')).toHaveLength(1);
    await expect(jamf.deleteWebhook('0')).rejects.toThrow(RangeError);
    await expect(jamf.deleteWebhook('7/../8')).rejects.toThrow(RangeError);
  });

  it.each([
    ['a page that echoes the body', { status: 409, body: `<p>Error: Duplicate name ${IN_JSON} ${KEY}</p>` }],
    ['JSON that echoes the body', { status: 400, body: { errors: [{ code: 'X', description: KEY }] } }],
    ['plain text that echoes the body', { status: 500, body: KEY }],
    ['a cut connection', { cut: true }],
    ['a timeout', { hang: true }],
  ] satisfies [string, Reply][])('hides all secrets after %s', async (_, reply) => {
    const { jamf, told } = await connectSetup(
      { [CREATE]: reply, [UPDATE]: { status: 409, body: '<p>Error: canary-password is bad</p>' } },
      { timeoutMs: 100 },
    );
    const error = await failureOf(jamf.createWebhook(settings));
    const password = new Secret('canary-password');
    const other = await failureOf(
      jamf.updateWebhook('7', { ...settings, credentials: { type: 'basic', username: 'jamf', password } }),
    );
    expect(other.said).toBe('[hidden] is bad');
    const printed = [error, other]
      .map((one) => `${inspect(one, { depth: 9 })} ${JSON.stringify(one)}`)
      .join();
    expect(`${printed} ${told()}`).not.toContain('canary');
  });

  it('does not quote a text that XML does not allow', async () => {
    const { jamf } = await connectSetup({});
    const password = new Secret('canary\u0000password');
    const error: unknown = await jamf
      .createWebhook({ ...settings, credentials: { type: 'basic', username: 'jamf', password } })
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(
      'RangeError: the webhook "Recert ComputerAdded" contains a character that XML does not allow',
    );
  });

  it('gives the action to take if the name is in use', async () => {
    const { jamf } = await connectSetup({ [CREATE]: { status: 409, body: '<p>Error: Duplicate name</p>' } });
    expect((await failureOf(jamf.createWebhook(settings))).advice).toBe(
      'Nothing was changed: the name is already in use.',
    );
  });
});
