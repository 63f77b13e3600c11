import { Redis } from 'ioredis';
import { z } from 'zod';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ALL_PRIVILEGES } from '../../../simulator/http/auth/privileges.js';
import type { ServerOptionsInput } from '../../../simulator/index.js';
import { changeScep } from '../../../simulator/world/profiles/payload.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import type { Context } from '../../../src/cli/context.js';
import { EXIT } from '../../../src/cli/exit.js';
import { WEBHOOK_EVENTS } from '../../../src/config/sections/instance.js';
import { PRIVILEGES } from '../../../src/doctor/privileges.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import {
  byHeader,
  CLIENT_SECRET,
  type Installation,
  type InstanceSettings,
  okta,
  SECRETS,
  startInstallation,
} from './support.js';

const STEPS = ['worker', 'profile', 'read', 'sweep', 'check', 'coverage', 'webhooks', 'act', 'proof'];
const PUBLIC = 'https://recert.example.com';
const findingSchema = z.object({
  level: z.enum(['ok', 'warn', 'fail']),
  instance: z.string().nullable(),
  check: z.string(),
  said: z.string(),
  todo: z.string(),
});
type Finding = z.output<typeof findingSchema>;
const answerSchema = z.object({ ok: z.boolean(), findings: z.array(findingSchema) });

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterEach(async () => {
  await redis.config('SET', 'maxmemory-policy', 'noeviction', 'appendonly', 'yes', 'maxmemory', '0');
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

async function examine(
  installation: Installation,
  words: readonly string[] = [],
  more: Partial<Context> = {},
): Promise<{ code: number; findings: Finding[] }> {
  const { code, out, err } = await installation.recert(['doctor', '--json', ...words], more);
  for (const secret of [...SECRETS, installation.simulator.world.ca.challenge])
    expect(out + err).not.toContain(secret);
  const { ok, findings } = answerSchema.parse(JSON.parse(out));
  expect(ok).toBe(code === EXIT.done);
  for (const { level, todo } of findings) expect(todo === '').toBe(level === 'ok');
  return { code, findings };
}

/** Findings that are not ok, one per line. */
const faultsIn = (findings: readonly Finding[]) =>
  findings
    .filter(({ level, check }) => level !== 'ok' && check !== 'notifications')
    .map(({ level, check, said }) => `${level} ${check}: ${said}`);

/** A correct installation, with the given differences. */
async function startHealthyInstallation(
  options: ServerOptionsInput = {},
  { instance = {}, apply = true }: { instance?: InstanceSettings; apply?: boolean } = {},
): Promise<Installation> {
  const installation = await startInstallation(server.url, options);
  if (apply)
    // Written by the test, because the client may lack the privilege.
    for (const event of WEBHOOK_EVENTS.slice(0, 6))
      installation.simulator.world.webhooks.create({
        name: `Recert ${event}`,
        url: `${PUBLIC}/webhooks/jamf/prod`,
        event,
        contentType: 'application/json',
        authenticationType: 'HEADER',
        header: JSON.stringify({ 'X-Api-Key': SECRETS[0] }),
      });
  await installation.configure(instance, { http: { port: 0, publicUrl: PUBLIC } });
  return installation;
}

describe('recert doctor', () => {
  test('finds no problem in a correct installation, and runs every check', async () => {
    const installation = await startInstallation(server.url);
    const webhooks = { ...byHeader(), smartGroups: [SEEDED.expiring] };
    const config = await installation.configure({ webhooks });
    const receiver = await installation.receiver(config);
    const worker = await installation.worker(config);
    await installation.recert(['webhooks', 'apply', '--url', receiver.url, '--yes']);
    const { actions, computers, deliveries } = installation.simulator.world;
    const id = computers.all()[0]?.id ?? 0;
    actions.setOnline(id, true);
    actions.reportInventory(id);
    await deliveries.idle();

    const ask = () => examine(installation, ['--url', receiver.url, '--worker-url', worker.url]);
    // The first full sweep of the worker calculates the capacity.
    const chosen = async () => (await ask()).findings.some(({ check }) => check === 'profile okta capacity');
    await expect.poll(chosen, { timeout: 120_000 }).toBe(true);
    const { code, findings } = await ask();
    expect(faultsIn(findings)).toEqual(['warn setup proof: No renewal has been verified']);
    expect(code).toBe(EXIT.done);
    const checks = findings.map(({ check }) => check);
    expect(checks).toEqual([
      'configuration',
      'notifications',
      'redis',
      'redis version',
      'redis eviction',
      'redis durability',
      'redis memory',
      'redis clock',
      'profile okta capacity',
      'last webhook',
      ...STEPS.map((id) => `setup ${id}`),
      'jamf',
      'jamf clock',
      ...Object.keys(PRIVILEGES).map((name) => `privilege ${name}`),
      'profile okta blue',
      'profile okta green',
      'profile okta pair',
      'profile okta group joinGreen',
      'profile okta group leaveBlue',
      'profile okta mechanisms',
      'webhooks',
      `smart group ${SEEDED.expiring}`,
      'receiver',
      'worker',
    ]);
    const text = await installation.recert(['doctor']);
    expect(text.out).toMatch(/^ok {4}prod: jamf: connected and signed in, 11\.30\.1-\S+, inventory v4$/m);
    expect(text.err).toMatch(/^\d+ checks, 0 failed, 2 warnings\.$/);
  });

  test('writes nothing to Jamf Pro', async () => {
    const installation = await startHealthyInstallation();
    await fetch(`${installation.simulator.controlUrl}/requests`, { method: 'DELETE' });
    await examine(installation);
    const requests = await (await fetch(`${installation.simulator.controlUrl}/requests`)).json();
    const sent = z.array(z.object({ method: z.string(), path: z.string() })).parse(requests);
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/token'))).toEqual([]);
  });

  test.each(Object.keys(PRIVILEGES))('names the missing privilege %s', async (name) => {
    const privileges = ALL_PRIVILEGES.filter((one) => one !== name);
    const clients = [{ id: 'recert', secret: CLIENT_SECRET, privileges }];
    const { code, findings } = await examine(await startHealthyInstallation({ http: { clients } }));
    const later =
      /^((Create|Update|Delete) Webhooks|Flush MDM Commands|Read Mobile Devices|Read Smart Computer Groups)$/.test(
        name,
      );
    expect(faultsIn(findings)).toEqual([
      later
        ? `warn privilege ${name}: missing, but not needed by the current configuration`
        : `fail privilege ${name}: missing`,
    ]);
    expect(code).toBe(later ? EXIT.done : EXIT.failed);
    const { todo = '' } = findings.find(({ check }) => check === `privilege ${name}`) ?? {};
    expect(todo).toContain('Add the privilege to the API role');
  });

  test('reports a missing privilege that is required now', async () => {
    const privileges = ALL_PRIVILEGES.filter((one) => !/^(Create|Update|Delete) Webhooks$/.test(one));
    const clients = [{ id: 'recert', secret: CLIENT_SECRET, privileges }];
    const { findings } = await examine(
      await startHealthyInstallation({ http: { clients } }, { apply: false }),
    );
    expect(faultsIn(findings)).toEqual([
      'fail privilege Create Webhooks: missing',
      'warn privilege Update Webhooks: missing, but not needed by the current configuration',
      'warn privilege Delete Webhooks: missing, but not needed by the current configuration',
      expect.stringMatching(/^fail webhooks: out of date: Recert ComputerAdded \(create\), /),
    ]);
    const observed = { profiles: { okta: { ...okta, mode: 'observe' } } };
    const some = [
      {
        id: 'recert',
        secret: CLIENT_SECRET,
        privileges: Object.keys(PRIVILEGES).filter((one) => one !== 'Update Static Computer Groups'),
      },
    ];
    const other = await examine(
      await startHealthyInstallation({ http: { clients: some } }, { instance: observed }),
    );
    expect(faultsIn(other.findings)).toEqual([
      'warn privilege Update Static Computer Groups: missing, but not needed by the current configuration',
    ]);
  });

  test.each<[string, string[], string]>([
    [
      'evicts',
      ['maxmemory-policy', 'allkeys-lru'],
      'fail redis eviction: allkeys-lru: a full Redis would evict jobs and Macs',
    ],
    ['is not durable', ['appendonly', 'no'], 'fail redis durability: append-only file disabled'],
    ['is nearly full', ['maxmemory', '1mb'], 'warn redis memory: '],
  ])('reports a Redis that %s', async (_, [name = '', value = ''], fault) => {
    const installation = await startHealthyInstallation();
    await redis.config('SET', name, value);
    const { findings } = await examine(installation);
    expect(faultsIn(findings)).toEqual([expect.stringContaining(fault)]);
  });

  test('reports a Redis that is not reachable', async () => {
    const installation = await startInstallation('redis://127.0.0.1:1');
    await installation.configure({}, { http: { port: 0, publicUrl: PUBLIC } });
    const { code, findings } = await examine(installation);
    expect(code).toBe(EXIT.failed);
    expect(faultsIn(findings)[0]).toMatch(/^fail redis: connection failed/);
    expect(findings.map(({ check }) => check)).toContain('jamf');
  });

  test('reports clocks that differ', async () => {
    const installation = await startHealthyInstallation();
    const ahead = (ms: number) => ({ now: () => Date.now() + ms });
    expect(faultsIn((await examine(installation, [], ahead(-45_000))).findings)).toEqual([
      'warn redis clock: 45s ahead of the clock of this machine',
      expect.stringMatching(/^warn jamf clock: \d+s ahead of the clock of this machine$/),
    ]);
    expect(faultsIn((await examine(installation, [], ahead(600_000))).findings)).toEqual([
      'fail redis clock: 10m behind the clock of this machine',
      'fail jamf clock: 10m behind the clock of this machine',
    ]);
  });

  test.each<[string, InstanceSettings, RegExp]>([
    ['cannot be reached', { url: 'http://127.0.0.1:1' }, /^fail jamf: cannot be reached \(ECONNREFUSED\)$/],
    [
      'refuses the sign-in',
      { auth: { clientId: 'nobody', clientSecret: CLIENT_SECRET } },
      /^fail jamf sign-in: refused with HTTP 401 \(invalid_client/,
    ],
  ])('reports only that Jamf Pro %s', async (_, instance, fault) => {
    const installation = await startInstallation(server.url);
    await installation.configure(instance, { http: { port: 0, publicUrl: PUBLIC } });
    const { code, findings } = await examine(installation);
    expect(code).toBe(EXIT.failed);
    expect(findings.filter(({ instance: of }) => of === 'prod')).toHaveLength(1);
    expect(faultsIn(findings)).toEqual([expect.stringMatching(fault)]);
  });

  test('names the setting when Jamf Pro has no token endpoint at the configured path', async () => {
    const tokenPath = '/api/v1/oauth/token';
    const installation = await startInstallation(server.url, { http: { tokenPaths: ['/api/oauth/token'] } });
    await installation.configure({ tokenPath }, { http: { port: 0, publicUrl: PUBLIC } });
    const { findings } = await examine(installation);
    expect(faultsIn(findings)).toEqual([expect.stringMatching(/^fail jamf sign-in: refused with HTTP 401/)]);
    expect(findings.find(({ check }) => check === 'jamf sign-in')?.todo).toContain(
      'tokenPath of this instance',
    );
    await installation.configure({}, { http: { port: 0, publicUrl: PUBLIC } });
    const { findings: signedIn } = await examine(installation);
    expect(signedIn.map(({ check }) => check)).not.toContain('jamf sign-in');
  });

  const watching = (overlap: Record<string, number>): InstanceSettings => ({
    profiles: { okta: { ...okta, overlap: { ...okta.overlap, ...overlap } } },
  });

  test('reports groups of the wrong type and missing groups', async () => {
    const smart = await startHealthyInstallation({}, { instance: watching({ leaveBlue: SEEDED.expiring }) });
    expect(faultsIn((await examine(smart)).findings)).toEqual([
      'fail profile okta pair: "Okta SCEP" (12) does not exclude the group 21 (leaveBlue)',
      'fail profile okta group leaveBlue: "Okta certificate expires within 30 days" (21) is a smart group',
    ]);
    const missing = await startHealthyInstallation({}, { instance: watching({ joinGreen: 999 }) });
    expect(faultsIn((await examine(missing)).findings)).toEqual([
      'fail profile okta pair: "Okta SCEP (green)" (13) does not target the group 999 (joinGreen)',
      'fail profile okta pair: "Okta SCEP (green)" (13) also targets other groups',
      'fail profile okta group joinGreen: groups.read failed with HTTP 404 (Not Found)',
    ]);
    // The role may only read static groups.
    const privileges = Object.keys(PRIVILEGES).filter((name) => name !== 'Read Smart Computer Groups');
    const clients = [{ id: 'recert', secret: CLIENT_SECRET, privileges }];
    const least = await startHealthyInstallation(
      { http: { clients } },
      { instance: watching({ leaveBlue: SEEDED.expiring }) },
    );
    expect(faultsIn((await examine(least)).findings).at(-1)).toMatch(
      /^fail profile okta group leaveBlue: .* probably a smart group$/,
    );
  });

  test('reports a profile of the wrong level, with another CA, or for another app', async () => {
    const installation = await startHealthyInstallation({}, { instance: watching({ green: SEEDED.user }) });
    expect(faultsIn((await examine(installation)).findings)).toEqual([
      'fail profile okta green: the profile is at user level',
      'warn profile okta green: the SCEP URL on scep.vpn.pretend.example does not look like a static SCEP URL from Okta',
      'warn profile okta green: the subject CN=$EMAIL,OU=vpn has no $PROFILE_IDENTIFIER',
      'warn profile okta pair: blue and green differ in url',
      'warn profile okta pair: blue and green differ in name',
      'warn profile okta pair: blue and green differ in subject',
      'fail profile okta pair: "VPN user certificate" (15) does not target the group 31 (joinGreen)',
      'fail profile okta pair: "VPN user certificate" (15) also targets departments',
      'fail profile okta green: the certificates of the Macs cannot be matched: the subject CN=$EMAIL,OU=vpn has no $PROFILE_IDENTIFIER, and the configuration has no pattern (setting subject)',
    ]);
    const none = await startHealthyInstallation({}, { instance: watching({ green: SEEDED.wifi }) });
    expect(faultsIn((await examine(none)).findings)).toEqual([
      'fail profile okta green: the profile has no SCEP payload',
      'fail profile okta pair: "Office Wi-Fi & Guest" (14) targets all computers',
    ]);
    const gone = await startHealthyInstallation({}, { instance: watching({ green: 999 }) });
    expect(faultsIn((await examine(gone)).findings)).toEqual([
      'fail profile okta green: Jamf Pro has no configuration profile with the ID 999',
    ]);
  });

  test('reports a challenge that is correct in only one of the two profiles', async () => {
    const installation = await startHealthyInstallation();
    const { profiles } = installation.simulator.world;
    const payloads = profiles.get(SEEDED.green)?.payloads ?? '';
    profiles.update(SEEDED.green, { payloads: changeScep(payloads, { challenge: 'another-challenge' }) });
    const { findings } = await examine(installation);
    expect(faultsIn(findings)).toEqual([
      'fail profile okta pair: blue and green have different challenges for the same URL',
    ]);
    expect(JSON.stringify(findings)).not.toContain('another-challenge');
  });

  test('reports webhooks that were changed', async () => {
    const installation = await startHealthyInstallation();
    const { webhooks } = installation.simulator.world;
    webhooks.update(webhooks.byName('Recert JSSStartup')?.id ?? 0, { enabled: false });
    expect(faultsIn((await examine(installation)).findings)).toEqual([
      'fail webhooks: out of date: Recert JSSStartup (update)',
    ]);
  });

  test('reports processes that do not run', async () => {
    const installation = await startHealthyInstallation();
    const { findings } = await examine(installation, [
      '--url',
      'http://127.0.0.1:1',
      '--worker-url',
      installation.simulator.url,
    ]);
    expect(faultsIn(findings)).toEqual([
      'fail setup worker: No worker takes jobs of the queues assess, redistribute, sweep, notify, batch',
      'warn setup read: Recert has not read okta yet',
      'warn setup sweep: No sweep of the whole fleet has completed',
      'warn setup check: okta has not been checked yet',
      'warn setup coverage: The share of Macs whose certificate is known has not been measured yet',
      'warn setup webhooks: No webhook has arrived. Without webhooks, Recert works by sweeps alone and notices changes later',
      'warn setup proof: No renewal has been verified',
      expect.stringMatching(/^fail receiver: http:\/\/127\.0\.0\.1:1 cannot be reached/),
      expect.stringMatching(/^fail worker: \S+\/readyz returned HTTP 404, which is not a Recert response$/),
    ]);
  });

  test('reports a configuration with errors, and an insecure one', async () => {
    const installation = await startInstallation(server.url);
    await expect(installation.configure({ pageSize: 0, tokenPath: 'x' })).rejects.toThrow();
    const { code, findings } = await examine(installation);
    expect(code).toBe(EXIT.failed);
    expect(findings.map(({ check, said }) => `${check}: ${said}`)).toEqual([
      expect.stringMatching(/^configuration: instances\.prod\.tokenPath: /),
      expect.stringMatching(/^configuration: instances\.prod\.pageSize: /),
    ]);

    const webhooks = { authentication: { type: 'none', acceptUnauthenticated: true }, events: [] };
    await installation.configure(
      { webhooks },
      { http: { port: 0, publicUrl: 'http://recert.example.com' }, tokens: [] },
    );
    expect(faultsIn((await examine(installation)).findings)).toEqual([
      'warn tokens: no API token configured',
      'warn public address: http.publicUrl uses http',
      'warn webhook authentication: none: anyone who can reach the port can send events',
    ]);
  });
});
