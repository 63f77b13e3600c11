import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { EXIT } from '../../../src/cli/exit.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { byHeader, type House, KEY, NEW_KEY, SECRETS, startHouse } from './support.js';

const PUBLIC = 'https://recert.example.com';
const apply = ['webhooks', 'apply', '--url', PUBLIC];

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

const webhooksOf = ({ simulator }: House) => simulator.world.webhooks.all();
const headersOf = (house: House) => [...new Set(webhooksOf(house).map(({ header }) => header))];

/** Writes to Jamf so far, webhooks alone. */
async function writes({ simulator }: House): Promise<string[]> {
  const requests = (await (await fetch(`${simulator.controlUrl}/requests`)).json()) as {
    method: string;
    path: string;
  }[];
  return requests
    .filter(({ method, path }) => method !== 'GET' && path.includes('/webhooks/'))
    .map(({ method }) => method);
}

async function faults({ simulator }: House, body: unknown): Promise<void> {
  const answer = await fetch(`${simulator.controlUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}

describe('recert webhooks apply', () => {
  test('makes exactly the webhooks that are needed, and a second time changes nothing', async () => {
    const house = await startHouse(redis.url);
    await house.configure({ webhooks: { ...byHeader(), smartGroups: [SEEDED.expiring] } });
    const first = await house.recert([...apply, '--yes']);
    expect(first.code).toBe(EXIT.done);
    expect(first.out).toContain('+ Recert ComputerInventoryCompleted');
    expect(first.err).toContain('prod: 7 changes applied and verified.');
    expect(webhooksOf(house)).toHaveLength(7);
    for (const webhook of webhooksOf(house))
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

    const written = await writes(house);
    const second = await house.recert([...apply, '--yes']);
    expect(second).toMatchObject({
      code: EXIT.done,
      err: 'The webhooks are already correct. Nothing to do.',
    });
    expect(await writes(house)).toEqual(written);
  });

  test('shows the difference first, without a secret, and changes nothing in a dry run', async () => {
    const house = await startHouse(redis.url);
    await house.configure();
    const dry = await house.recert([...apply, '--dry-run']);
    expect(dry.code).toBe(EXIT.pending);
    expect(dry.out).toContain('header X-Api-Key: [hidden]');
    const json = await house.recert([...apply, '--dry-run', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      applied: false,
      instances: [{ instance: 'prod', changes: { length: 6 }, unchanged: [], failures: [] }],
    });
    expect(webhooksOf(house)).toEqual([]);
    await house.recert([...apply, '--yes']);
    expect((await house.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    for (const secret of SECRETS) expect(JSON.stringify([dry, json])).not.toContain(secret);
  });

  test('asks a person, and takes no for an answer; nobody can be asked in a script', async () => {
    const house = await startHouse(redis.url);
    await house.configure();
    const silent = await house.recert(apply);
    expect(silent.code).toBe(EXIT.usage);
    expect(silent.err).toContain('--yes');
    const asked: string[] = [];
    const confirm = (answer: boolean) => (question: string) => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    const no = await house.recert(apply, { terminal: true, confirm: confirm(false) });
    expect(no).toMatchObject({ code: EXIT.failed, err: 'Nothing was changed.' });
    expect(webhooksOf(house)).toEqual([]);
    const yes = await house.recert(apply, { terminal: true, confirm: confirm(true) });
    expect(yes.code).toBe(EXIT.done);
    expect(asked).toEqual(['Apply these changes to Jamf Pro?', 'Apply these changes to Jamf Pro?']);
    expect(webhooksOf(house)).toHaveLength(6);
  });

  test('mends and removes what is ours, and touches nothing of others', async () => {
    const house = await startHouse(redis.url);
    await house.configure();
    await house.recert([...apply, '--yes']);
    const { webhooks } = house.simulator.world;
    const foreign = [
      { name: 'Recert alerts for Slack', url: 'https://hooks.slack.example.com', event: 'ComputerAdded' },
      { name: 'zentral', url: PUBLIC, event: 'ComputerCheckIn', header: '{"X-Api-Key":"theirs"}' },
    ].map((settings) => webhooks.create(settings));
    const checkIn = webhooks.byName('Recert ComputerCheckIn');
    webhooks.update(checkIn?.id ?? 0, { enabled: false, contentType: 'text/xml', url: 'http://old' });
    webhooks.delete(webhooks.byName('Recert JSSStartup')?.id ?? 0);
    webhooks.create({ name: 'Recert ComputerPolicyFinished', url: PUBLIC, event: 'ComputerPolicyFinished' });

    const { code, out } = await house.recert([...apply, '--yes']);
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

  test('gives Jamf the newest of two secrets, by header', async () => {
    const house = await startHouse(redis.url);
    await house.configure();
    await house.recert([...apply, '--yes']);
    await house.configure({ webhooks: byHeader([KEY, NEW_KEY]) });
    const rotated = await house.recert([...apply, '--yes']);
    expect(rotated.code).toBe(EXIT.done);
    expect(rotated.out).toContain('header X-Api-Key: another secret → [hidden]');
    expect(rotated.err).toContain('remove the old (first) secret from the configuration');
    expect(headersOf(house)).toEqual([`{"X-Api-Key":"${NEW_KEY}"}`]);
    for (const secret of SECRETS) expect(rotated.out + rotated.err).not.toContain(secret);
    expect((await house.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    await house.configure({ webhooks: byHeader(NEW_KEY) });
    expect((await house.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
  });

  test('gives Jamf the newest of two passwords, which it never shows', async () => {
    const house = await startHouse(redis.url);
    const basic = (password: unknown) => ({
      webhooks: { authentication: { type: 'basic', username: 'jamf', password }, events: ['ComputerAdded'] },
    });
    await house.configure(basic(KEY));
    await house.recert([...apply, '--yes']);
    expect(webhooksOf(house)).toMatchObject([{ username: 'jamf', password: KEY }]);
    expect((await house.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    await house.configure(basic([KEY, NEW_KEY]));
    const rotated = await house.recert([...apply, '--yes']);
    expect(rotated.code).toBe(EXIT.done);
    expect(rotated.out).toContain('password: not shown by Jamf Pro → [hidden]');
    expect(webhooksOf(house)).toMatchObject([{ password: NEW_KEY }]);
    await house.configure(basic(NEW_KEY));
    expect((await house.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
  });

  test('says what is left to a person where a client certificate is asked for', async () => {
    const house = await startHouse(redis.url);
    const authentication = { type: 'mtls', proxyHeader: 'X-Client-Cert', commonNames: ['jamf'] };
    const http = { port: 0, trustProxy: 'loopback' };
    await house.configure({ webhooks: { authentication, events: ['ComputerAdded'] } }, { http });
    const { code, err } = await house.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.done);
    expect(err).toContain(
      'prod: The client certificate of a webhook can be selected only in the web interface of Jamf Pro',
    );
    expect(webhooksOf(house)).toMatchObject([{ authenticationType: 'MTLS' }]);
    expect((await house.recert([...apply, '--dry-run'])).code).toBe(EXIT.done);
    expect((await house.recert(['doctor'])).out).toContain('only in the web interface');
  });

  test('judges by what it reads back: a write whose answer is lost is done, and is not sent again', async () => {
    const house = await startHouse(redis.url);
    await house.configure({ timeout: '2s' });
    await faults(house, {
      http: [{ kind: 'status', status: 504, when: 'after', methods: ['POST'], path: '/webhooks/', count: 3 }],
    });
    const { code } = await house.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.done);
    expect(webhooksOf(house)).toHaveLength(6);
    expect(await writes(house)).toHaveLength(6);
  });

  test('says what was not done, does the rest, and ends with 1', async () => {
    const house = await startHouse(redis.url);
    await house.configure();
    await faults(house, {
      http: [{ kind: 'status', status: 409, methods: ['POST'], path: '/webhooks/', count: 1 }],
    });
    const { code, err } = await house.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.failed);
    expect(err).toContain('prod: webhooks.create answered 409');
    expect(err).toContain('still incorrect after the change: Recert ComputerAdded');
    expect(webhooksOf(house)).toHaveLength(5);
    expect((await house.recert([...apply, '--yes'])).code).toBe(EXIT.done);
    expect(webhooksOf(house)).toHaveLength(6);
  });

  test('names the privilege that is missing', async () => {
    const clients = [{ id: 'recert', secret: SECRETS[2], privileges: ['Read Webhooks'] }];
    const house = await startHouse(redis.url, { http: { clients } });
    await house.configure();
    const { code, err } = await house.recert([...apply, '--yes']);
    expect(code).toBe(EXIT.failed);
    expect(err).toContain('Add the privilege "Create Webhooks" to the API role');
  });

  test('reads back from the node of the cluster that it wrote to', async () => {
    const house = await startHouse(redis.url, { http: { nodes: 4, nodeLag: '60s' } });
    await house.configure();
    expect((await house.recert([...apply, '--yes'])).code).toBe(EXIT.done);
  });

  test('wants to know where Jamf reaches the receiver, and which server is meant', async () => {
    const house = await startHouse(redis.url);
    await house.configure();
    expect(await house.recert(['webhooks', 'apply', '--dry-run'])).toMatchObject({ code: EXIT.usage });
    expect(await house.recert([...apply, '--dry-run', '--instance', 'other'])).toMatchObject({
      code: EXIT.usage,
    });
    await house.configure({}, { http: { port: 0, publicUrl: PUBLIC } });
    expect((await house.recert(['webhooks', 'apply', '--yes', '--instance', 'prod'])).code).toBe(EXIT.done);
    expect(webhooksOf(house)[0]?.url).toBe(`${PUBLIC}/webhooks/jamf/prod`);
  });
});
