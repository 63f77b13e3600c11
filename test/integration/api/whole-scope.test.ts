import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { auditPage } from '../../../src/contract/resources/audit.js';
import { wholeScopeAnswer } from '../../../src/contract/resources/whole-scope.js';
import { createJamfClient } from '../../../src/jamf/create.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createProfileStore } from '../../../src/store/profiles/profiles.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { recert } from '../../support/cli.js';
import { requestsTo } from '../workers/support.js';
import { type Answer, ask, DAY_MS, startApi, type TestApi, TOKENS } from './support.js';

const BLUE = 12;
const REASON = 'the CA was replaced, CHG-1';
const SECRET = 'recert-secret';

let simulator: Simulator;
let api: TestApi;
let observing: TestApi;

/** The API with the results of a sweep of the simulated Jamf Pro. */
async function apiFor(mode: string): Promise<TestApi> {
  const started = await startApi({ mode, fleet: false, jamfUrl: simulator.url, jamfSecret: SECRET });
  const settings = started.config.instances['prod'];
  if (!settings) throw new Error('no instance');
  const client = createJamfClient({ instance: 'prod', settings, telemetry: createTelemetry() });
  const profiles = createProfileStore({
    redis: started.redis,
    key: keysUnder(started.config.redis.prefix),
    config: started.config,
  });
  for (const id of ['12', '13']) await profiles.save('prod', await client.readProfile(id));
  await started.save(...(await client.listComputers({}, 0)).computers);
  client.close();
  return started;
}

beforeAll(async () => {
  simulator = await startSimulator({ clock: 'manual', fleet: { computers: 40, due: 6, outOfScope: 0.1 } });
  api = await apiFor('act');
  observing = await apiFor('observe');
});
afterAll(async () => {
  await observing.close();
  await api.close();
  await simulator.close();
});

const post = (
  body: object,
  { token = TOKENS.admin, to = api, id = BLUE }: { token?: string; to?: TestApi; id?: number } = {},
): Promise<Answer> =>
  ask(to, 'POST', `/api/v1/profiles/${id}/whole-scope`, { token, body: { reason: REASON, ...body } });
const shown = async () => wholeScopeAnswer.parse((await post({ dryRun: true })).body);
const writes = async () => (await requestsTo(simulator)).filter((request) => request.startsWith('PUT'));
const detail = ({ body }: Answer) => z.object({ detail: z.string() }).parse(body).detail;

it('is for admins: others are refused on record, and nothing is written', async () => {
  for (const token of [TOKENS.viewer, TOKENS.operator])
    expect((await post({ dryRun: true }, { token })).status).toBe(403);
  const trail = auditPage.parse((await ask(api, 'GET', '/api/v1/audit', { token: TOKENS.admin })).body);
  const refused = trail.entries.filter(
    ({ action, outcome }) => action === 'redistribute-scope' && outcome === 'refused',
  );
  expect(refused.map(({ who }) => who)).toEqual(['oskar', 'vera']);
  expect(await writes()).toEqual([]);
});

it('is previewed with the affected Macs, the unnecessary renewals, and the duration by the rate limit', async () => {
  const radius = await shown();
  const managed = [...simulator.world.profiles.scopeOf(BLUE)].filter(
    (id) => simulator.world.computers.get(id)?.managed,
  );
  expect(radius).toMatchObject({ half: 'blue', title: 'Okta SCEP', needing: 6, refusal: null, lastAt: null });
  expect(radius.computers).toBe(managed.length);
  expect(radius.unneeded + radius.unknown + radius.needing).toBe(managed.length);
  expect(radius.atCapMs).toBe(3_600_000);
  expect(await writes()).toEqual([]);
});

it('is refused without the current name and number, while paused, in observe mode, and for a profile that is not watched', async () => {
  const { title: profileName, computers } = await shown();
  expect(detail(await post({}))).toMatch(/confirmed name/);
  expect(detail(await post({ profileName: 'okta scep', computers }))).toMatch(/confirmed name/);
  expect(detail(await post({ profileName, computers: computers - 1 }))).toMatch(/confirmed number/);
  expect((await post({ profileName, computers }, { id: 14 })).status).toBe(404);
  expect(detail(await post({ profileName, computers }, { to: observing }))).toMatch(/observe mode/);
  await ask(api, 'POST', '/api/v1/pause', { token: TOKENS.admin, body: { reason: 'Okta is down' } });
  const paused = await post({ profileName, computers });
  expect(paused.status).toBe(409);
  expect(detail(paused)).toMatch(/paused by ada/);
  await ask(api, 'POST', '/api/v1/resume', { token: TOKENS.admin, body: { reason: 'Okta is back' } });
  expect(await writes()).toEqual([]);
});

it('can be repeated at once when Jamf Pro certainly did not do it', async () => {
  const { title: profileName, computers } = await shown();
  await fetch(`${simulator.controlUrl}/faults`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ http: [{ kind: 'status', status: 409, methods: ['PUT'] }] }),
  });
  const failed = await post({ profileName, computers });
  await fetch(`${simulator.controlUrl}/faults`, { method: 'DELETE' });
  expect(failed.status).toBe(502);
  expect((await shown()).lastAt).toBeNull();
});

it('is previewed, confirmed and sent once by the command line, and not again within 30 days', async () => {
  const words = ['redistribute', '--whole-scope', String(BLUE), '--reason', REASON];
  const given = { environment: { RECERT_URL: api.url, RECERT_TOKEN: TOKENS.admin } };
  const before = (await writes()).length;
  const payloads = simulator.world.profiles.get(BLUE)?.payloads;
  const looked = await recert(words, given);
  expect(looked.code).toBe(7);
  expect(looked.err).toContain('would get a certificate that they do not need');
  expect((await writes()).length).toBe(before);

  const { computers } = await shown();
  const typed = [...words, '--typed-name', 'Okta SCEP', '--typed-count', String(computers)];
  expect((await recert([...words, '--typed-name', 'Okta SCEP', '--typed-count', '3'], given)).code).toBe(3);
  const sent = await recert(typed, given);
  expect(sent).toMatchObject({
    code: 0,
    out: `Redistributed "Okta SCEP" (12) to ${computers} Macs on prod.`,
  });
  expect((await writes()).slice(before)).toEqual([`PUT /JSSResource/osxconfigurationprofiles/id/${BLUE}`]);
  const installs = simulator.world.commands.ofProfile(BLUE).filter(({ type }) => type === 'INSTALL_PROFILE');
  expect(installs).toHaveLength(computers);
  expect(simulator.world.profiles.get(BLUE)?.payloads).toBe(payloads);

  const again = await recert(typed, given);
  expect(again.code).toBe(3);
  expect(again.err).toContain('It can be redistributed again');
  const leftMs = await api.redis.pttl('{recert}:prod:whole-scope:12');
  expect(leftMs).toBeGreaterThan(29.9 * DAY_MS);
  const trail = auditPage.parse((await ask(api, 'GET', '/api/v1/audit', { token: TOKENS.admin })).body);
  expect(
    trail.entries.find(({ action, outcome }) => action === 'redistribute-scope' && outcome === 'done'),
  ).toMatchObject({ who: 'ada', action: 'redistribute-scope', reason: REASON, computers });
});

it('is sent once for two requests with one key, with the same response', async () => {
  // The state after 30 days.
  await api.redis.del('{recert}:prod:whole-scope:12');
  const { title: profileName, computers } = await shown();
  const before = (await writes()).length;
  const asked = (more: object = {}) =>
    ask(api, 'POST', `/api/v1/profiles/${BLUE}/whole-scope`, {
      token: TOKENS.admin,
      headers: { 'Idempotency-Key': 'the-whole-scope' },
      body: { reason: REASON, profileName, computers, ...more },
    });
  const first = await asked();
  expect(first.status).toBe(202);
  const second = await asked();
  expect([second.status, second.body]).toEqual([first.status, first.body]);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect((await asked({ reason: 'for another reason' })).status).toBe(422);
  expect((await writes()).length).toBe(before + 1);
});
