import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { EXIT } from '../../../src/cli/exit.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { byHeader, type Installation, KEY, NEW_KEY, SECRETS, startInstallation } from './support.js';

const PUBLIC = 'https://recert.example.com';
const apply = ['webhooks', 'apply', '--url', PUBLIC];

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

const webhooksOf = ({ simulator }: Installation) => simulator.world.webhooks.all();
const headersOf = (installation: Installation) => [
  ...new Set(webhooksOf(installation).map(({ header }) => header)),
];

/** Writes of webhooks to Jamf Pro so far. */
async function writes({ simulator }: Installation): Promise<string[]> {
  const requests = (await (await fetch(`${simulator.controlUrl}/requests`)).json()) as {
    method: string;
    path: string;
  }[];
  return requests
    .filter(({ method, path }) => method !== 'GET' && path.includes('/webhooks/'))
    .map(({ method }) => method);
}

async function faults({ simulator }: Installation, body: unknown): Promise<void> {
  const answer = await fetch(`${simulator.controlUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}

describe('recert webhooks apply', () => {
  test('creates exactly the required webhooks, and changes nothing when it is repeated', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure({ webhooks: { ...byHeader(), smartGroups: [SEEDED.expiring] } });
    const first = await installation.recert([...apply, '--yes']);
    expect(first.code).toBe(EXIT.done);
    expect(first.out).toContain('+ Recert ComputerInventoryCompleted');
    expect(first.err).toContain('prod: 7 changes applied and verified.');
    expect(webhooksOf(installation)).toHaveLength(7);
    for (const webhook of webhooksOf(installation))
      expect(webhook).toMatchObject({
        name: `Recert ${webhook.event}${webhook.event.startsWith('Smart') ? ` ${SEEDED.expiring}` : ''}`,
        enabled: true,
        url: `${PUBLIC}/webhooks/jamf/prod`,
        contentType: 'application/json',
        connectionTimeoutS: 5,
        readTimeoutS: 2,
        authenticationType: 'HEADER',
        header: `{"X-Api-Key":"${KEY}"}`,
        smartGroupId: webhook.event.startsWith('Smart') ? SEEDED.expiring : 0,
      });

    const written = await writes(installation);
    const second = await installation.recert([...apply, '--yes']);
    expect(second).toMatchObject({
      code: EXIT.done,
      err: 'The webhooks are already correct. Nothing to do.',
    });
    expect(await writes(installation)).toEqual(written);
  });

  test('shows the difference first, without a secret, and changes nothing in a dry run', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure();
    const dry = await installation.recert([...apply, '--dry-run']);
    expect(dry.code).toBe(EXIT.pending);
    expect(dry.out).toContain('header X-Api-Key: [hidden]');
    const json = await installation.recert([...apply, '--dry-run', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      applied: false,
      instances: [{ instance: 'prod', changes: { length: 6 }, unchanged: [], failures: [] }],
    });
    expect(webhooksOf(installation)).toEqual([]);
    await installation.recert([...apply, '--yes']);
    expect((await installation.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    for (const secret of SECRETS) expect(JSON.stringify([dry, json])).not.toContain(secret);
  });

  test('asks for confirmation, accepts no as the answer, and refuses to act in a script', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure();
    const silent = await installation.recert(apply);
    expect(silent.code).toBe(EXIT.usage);
    expect(silent.err).toContain('--yes');
    const asked: string[] = [];
    const confirm = (answer: boolean) => (question: string) => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    const no = await installation.recert(apply, { terminal: true, confirm: confirm(false) });
    expect(no).toMatchObject({ code: EXIT.failed, err: 'Nothing was changed.' });
    expect(webhooksOf(installation)).toEqual([]);
    const yes = await installation.recert(apply, { terminal: true, confirm: confirm(true) });
    expect(yes.code).toBe(EXIT.done);
    expect(asked).toEqual(['Apply these changes to Jamf Pro?', 'Apply these changes to Jamf Pro?']);
    expect(webhooksOf(installation)).toHaveLength(6);
  });

  test('corrects and removes webhooks of Recert, and does not change others', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure();
    await installation.recert([...apply, '--yes']);
    const { webhooks } = installation.simulator.world;
    const foreign = [
      { name: 'Recert alerts for Slack', url: 'https://hooks.slack.example.com', event: 'ComputerAdded' },
      { name: 'zentral', url: PUBLIC, event: 'ComputerCheckIn', header: '{"X-Api-Key":"theirs"}' },
    ].map((settings) => webhooks.create(settings));
    const checkIn = webhooks.byName('Recert ComputerCheckIn');
    webhooks.update(checkIn?.id ?? 0, { enabled: false, contentType: 'text/xml', url: 'http://old' });
    webhooks.delete(webhooks.byName('Recert JSSStartup')?.id ?? 0);
    webhooks.create({ name: 'Recert ComputerPolicyFinished', url: PUBLIC, event: 'ComputerPolicyFinished' });

    const { code, out } = await installation.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.done);
    expect(out).toContain('~ Recert ComputerCheckIn');
    expect(out).toContain('url: http://old → https://recert.example.com/webhooks/jamf/prod');
    expect(out).toContain('+ Recert JSSStartup');
    expect(out).toContain('- Recert ComputerPolicyFinished');
    expect(out).toContain('= 4 unchanged');
    expect(webhooks.get(checkIn?.id ?? 0)).toMatchObject({ enabled: true, contentType: 'application/json' });
    expect(webhooks.byName('Recert ComputerPolicyFinished')).toBeUndefined();
    for (const webhook of foreign) expect(webhooks.get(webhook.id)).toEqual(webhook);
    expect(out).not.toContain('zentral');
  });

  test('sets the newest of two secrets in Jamf Pro by header', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure();
    await installation.recert([...apply, '--yes']);
    await installation.configure({ webhooks: byHeader([KEY, NEW_KEY]) });
    const rotated = await installation.recert([...apply, '--yes']);
    expect(rotated.code).toBe(EXIT.done);
    expect(rotated.out).toContain('header X-Api-Key: another secret → [hidden]');
    expect(rotated.err).toContain('remove the old (first) secret from the configuration');
    expect(headersOf(installation)).toEqual([`{"X-Api-Key":"${NEW_KEY}"}`]);
    for (const secret of SECRETS) expect(rotated.out + rotated.err).not.toContain(secret);
    expect((await installation.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    await installation.configure({ webhooks: byHeader(NEW_KEY) });
    expect((await installation.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
  });

  test('sets the newest of two passwords, which Jamf Pro never shows', async () => {
    const installation = await startInstallation(redis.url);
    const basic = (password: unknown) => ({
      webhooks: { authentication: { type: 'basic', username: 'jamf', password }, events: ['ComputerAdded'] },
    });
    await installation.configure(basic(KEY));
    await installation.recert([...apply, '--yes']);
    expect(webhooksOf(installation)).toMatchObject([{ username: 'jamf', password: KEY }]);
    expect((await installation.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    await installation.configure(basic([KEY, NEW_KEY]));
    const rotated = await installation.recert([...apply, '--yes']);
    expect(rotated.code).toBe(EXIT.done);
    expect(rotated.out).toContain('password: not shown by Jamf Pro → [hidden]');
    expect(webhooksOf(installation)).toMatchObject([{ password: NEW_KEY }]);
    await installation.configure(basic(NEW_KEY));
    expect((await installation.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
  });

  test('says what an admin must do when a client certificate is required', async () => {
    const installation = await startInstallation(redis.url);
    const authentication = { type: 'mtls', proxyHeader: 'X-Client-Cert', commonNames: ['jamf'] };
    const http = { port: 0, trustProxy: 'loopback' };
    await installation.configure({ webhooks: { authentication, events: ['ComputerAdded'] } }, { http });
    const { code, err } = await installation.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.done);
    expect(err).toContain(
      'prod: The client certificate of a webhook can be selected only in the web interface of Jamf Pro',
    );
    expect(webhooksOf(installation)).toMatchObject([{ authenticationType: 'MTLS' }]);
    expect((await installation.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    expect((await installation.recert(['doctor'])).out).toContain('only in the web interface');
  });

  test('reads back after a write: a write whose response is lost counts as done and is not repeated', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure({ timeout: '2s' });
    await faults(installation, {
      http: [{ kind: 'status', status: 504, when: 'after', methods: ['POST'], path: '/webhooks/', count: 3 }],
    });
    const { code } = await installation.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.done);
    expect(webhooksOf(installation)).toHaveLength(6);
    expect(await writes(installation)).toHaveLength(6);
  });

  test('reports what failed, completes the rest, and exits with 1', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure();
    await faults(installation, {
      http: [{ kind: 'status', status: 409, methods: ['POST'], path: '/webhooks/', count: 1 }],
    });
    const { code, err } = await installation.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.failed);
    expect(err).toContain('prod: webhooks.create answered 409');
    expect(err).toContain('still incorrect after the change: Recert ComputerAdded');
    expect(webhooksOf(installation)).toHaveLength(5);
    expect((await installation.recert([...apply, '--yes'])).code).toBe(EXIT.done);
    expect(webhooksOf(installation)).toHaveLength(6);
  });

  test('names the missing privilege', async () => {
    const clients = [{ id: 'recert', secret: SECRETS[2], privileges: ['Read Webhooks'] }];
    const installation = await startInstallation(redis.url, { http: { clients } });
    await installation.configure();
    const { code, err } = await installation.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.failed);
    expect(err).toContain('Add the privilege "Create Webhooks" to the API role');
  });

  test('reads back from the cluster node that it wrote to', async () => {
    const installation = await startInstallation(redis.url, { http: { nodes: 4, nodeLag: '60s' } });
    await installation.configure();
    expect((await installation.recert([...apply, '--yes'])).code).toBe(EXIT.done);
  });

  test('requires the receiver address for Jamf Pro, and the name of the server', async () => {
    const installation = await startInstallation(redis.url);
    await installation.configure();
    expect(await installation.recert(['webhooks', 'apply', '--dry-run'])).toMatchObject({ code: EXIT.usage });
    expect(await installation.recert([...apply, '--dry-run', '--instance', 'other'])).toMatchObject({
      code: EXIT.usage,
    });
    await installation.configure({}, { http: { port: 0, publicUrl: PUBLIC } });
    expect((await installation.recert(['webhooks', 'apply', '--yes', '--instance', 'prod'])).code).toBe(
      EXIT.done,
    );
    expect(webhooksOf(installation)[0]?.url).toBe(`${PUBLIC}/webhooks/jamf/prod`);
  });
});
