import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { computerDetail, computerPage } from '../../../src/contract/resources/computer.js';
import { auditPage } from '../../../src/contract/resources/audit.js';
import { redistributionDetail, redistributionPage } from '../../../src/contract/resources/redistribution.js';
import { redistributeAnswer } from '../../../src/contract/resources/redistribution.js';
import { createToken } from '../../../src/config/values/api-token.js';
import { EXIT } from '../../../src/cli/exit.js';
import type { Simulator } from '../../../simulator/index.js';
import { ask } from '../api/support.js';
import { okta, startInstallation } from '../setup/support.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const wait = (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs / 10));

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());

/** Receiver, worker and a simulated Jamf Pro whose day takes a minute. The rate limit allows one of three due Macs per hour. */
async function night() {
  const installation = await startInstallation(server.url, {
    clock: 'real',
    seed: 7,
    fleet: { computers: 20, due: 3, away: 0, officeHours: 0, laptops: 0 },
    rhythm: {
      checkIn: '1s',
      inventory: '2s',
      pushLatency: '300ms',
      installTime: '300ms',
      notNow: 0,
      inventoryAfterInstall: { share: 1, within: '1s' },
    },
  });
  const tokens = { operator: createToken(), viewer: createToken() };
  const config = await installation.configure(
    {
      sweep: { changed: '1s', full: '24h', open: '500ms' },
      profiles: {
        okta: {
          ...okta,
          hourlyCap: 1,
          canary: [],
          waits: { online: '15s', command: '20s', blankPush: ['2s', '5s'], poll: '250ms', retry: '2s' },
        },
      },
    },
    {
      tokens: [
        { name: 'anna', role: 'operator', sha256: tokens.operator.sha256 },
        { name: 'vera', role: 'viewer', sha256: tokens.viewer.sha256 },
      ],
    },
  );
  const { url } = await installation.receiver(config);
  await installation.worker(config);
  const recert = (role: keyof typeof tokens | 'nobody', ...words: string[]) => {
    const token = role === 'nobody' ? {} : { RECERT_TOKEN: tokens[role].token };
    return installation.recert(words, { environment: { RECERT_URL: url, ...token }, wait });
  };
  const api = async <Schema extends z.ZodType>(
    method: string,
    path: string,
    answer: Schema,
    body?: object,
  ) => {
    const said = await ask({ url }, method, `/api/v1/${path}`, {
      token: tokens.operator.token,
      ...(body ? { body } : {}),
    });
    expect(said.status, JSON.stringify(said.body)).toBeLessThan(300);
    return answer.parse(said.body);
  };
  return { simulator: installation.simulator, url, tokens, recert, api };
}

type Night = Awaited<ReturnType<typeof night>>;

const issuedTo = ({ world }: Simulator, id: string) => world.ca.issuedByComputer().get(Number(id)) ?? 0;

/** Macs that wait because of the rate limit, with the names of their users. */
async function thoseThatWait({ api }: Night) {
  const waiting = () => api('GET', 'redistributions?state=blocked&reason=hourly-cap', redistributionPage);
  await expect.poll(async () => (await waiting()).redistributions.length).toBe(2);
  const { redistributions } = await waiting();
  return Promise.all(
    redistributions.map(async ({ id, computer }) => ({
      ...(await api('GET', `computers/${computer.id}`, computerDetail)),
      redistributionId: id,
    })),
  );
}

test('an on-call operator uses the command line and the API to find a Mac by its user, see why it waits, and have it renewed, on record', async () => {
  const installation = await night();
  const { recert, api, simulator, url, tokens } = installation;
  const [first, second] = await thoseThatWait(installation);
  if (!first || !second) throw new Error('two Macs should wait');

  // By command line.
  const found = await recert('viewer', 'computers', '--user', first.realName);
  expect(found.out).toContain(first.serialNumber);
  const shown = await recert('viewer', 'computers', 'show', first.serialNumber);
  expect(shown.out).toMatch(/in progress +\S+, Blocked since /u);
  expect(shown.out).toMatch(/blocked +rate limit reached: 1 of 1 certificates requested in the last hour/u);
  expect(shown.out).toMatch(
    /on request +A redistribution .* is already waiting .* override the rate limit to send it/u,
  );
  const why = ['--reason', 'INC-4711: the VPN refuses the certificate of a surgeon'];
  const acting = ['redistribute', '--serial', first.serialNumber, ...why, '--override-hourly-cap', '--wait'];
  const refused = await recert('viewer', ...acting);
  expect([refused.code, refused.out]).toEqual([EXIT.refused, '']);
  expect(refused.err).toContain('this requires the operator role; vera has the viewer role');
  expect(issuedTo(simulator, first.id)).toBe(0);
  const done = await recert('operator', ...acting);
  expect(done.code, done.err).toBe(EXIT.done);
  expect(done.err).toMatch(/ Triggered: .* Command sent: .* Verifying: .* Verified: /su);
  const before = first.assessments[0]?.certificate?.serialNumber ?? '';
  expect(done.out).toMatch(
    new RegExp(`${first.serialNumber} +Verified +${before} +\\S+ \\S+ +(?!${before})\\S+ +20`, 'u'),
  );
  expect(issuedTo(simulator, first.id)).toBe(1);
  expect((await recert('viewer', 'audit')).out).toMatch(
    /anna \(operator\) +redistribute on prod +1 +INC-4711: the VPN refuses.* +done 1 opened/u,
  );

  // By API token, like curl.
  const reason = 'INC-4712: the same for the anaesthetist';
  const search = `computers?username=${encodeURIComponent(second.realName)}`;
  const { computers } = await api('GET', search, computerPage);
  expect(computers.map(({ id }) => id)).toContain(second.id);
  expect(second.redistribute[0]?.sentence).toMatch(/blocked: rate limit reached: 1 of 1 certificates/u);
  const body = { reason, computers: [{ serialNumber: second.serialNumber }], overrideHourlyCap: true };
  const asViewer = await ask({ url }, 'POST', '/api/v1/redistributions', {
    token: tokens.viewer.token,
    body,
  });
  expect(asViewer.status).toBe(403);
  expect(issuedTo(simulator, second.id)).toBe(0);
  const { results } = await api('POST', 'redistributions', redistributeAnswer, body);
  expect(results).toMatchObject([{ outcome: 'accepted', redistributionId: second.redistributionId }]);
  const read = (id: string) => api('GET', `redistributions/${id}`, redistributionDetail);
  const id = second.redistributionId;
  await expect.poll(async () => (await read(id)).state).toBe('verified');
  expect((await read(id)).proof?.serialNumber).not.toBe(second.assessments[0]?.certificate?.serialNumber);
  expect(issuedTo(simulator, second.id)).toBe(1);
  const { entries } = await api('GET', 'audit?limit=50', auditPage);
  expect(entries).toContainEqual(
    expect.objectContaining({ who: 'anna', action: 'redistribute', reason, outcome: 'done' }),
  );
});

test('an operator can have any Mac renewed, on record, even if it is not due; without a token, out of scope, or for an unknown Mac nothing happens', async () => {
  const { recert, simulator } = await night();
  const macs = async (state: string) => {
    const found = await recert('viewer', 'computers', '--state', state, '--json');
    return computerPage.shape.computers.parse(JSON.parse(found.out)).filter(({ managed }) => managed);
  };
  await expect.poll(async () => (await macs('healthy')).length).toBeGreaterThan(0);
  await expect.poll(async () => (await macs('out-of-scope')).length).toBeGreaterThan(0);
  const [healthy, outside] = [(await macs('healthy'))[0], (await macs('out-of-scope'))[0]];
  if (!healthy || !outside) throw new Error('the fleet has no such Mac');
  const asked = (serialNumber: string) => [
    'redistribute',
    '--serial',
    serialNumber,
    '--reason',
    'locked out after board swap, INC-4713',
    '--override-hourly-cap',
    '--wait',
  ];

  const nobody = await recert('nobody', ...asked(healthy.serialNumber));
  expect([nobody.code, nobody.out]).toEqual([EXIT.refused, '']);
  expect(nobody.err).toContain('No API token');
  const refused = await recert('operator', ...asked(outside.serialNumber));
  expect(refused.code).toBe(EXIT.refused);
  expect(refused.err + refused.out).toContain('Change the scope in Jamf Pro first');
  const unknown = await recert('operator', ...asked('NOSUCHMAC001'));
  expect(unknown.code).toBe(EXIT.notFound);
  expect(unknown.err).toContain('NOSUCHMAC001');
  expect([issuedTo(simulator, healthy.id), issuedTo(simulator, outside.id)]).toEqual([0, 0]);

  const done = await recert('operator', ...asked(healthy.serialNumber));
  expect(done.code, done.err).toBe(EXIT.done);
  expect(done.err).toMatch(/ Queued: requested manually.* Triggered: .* Verified: /su);
  expect(issuedTo(simulator, healthy.id)).toBe(1);
  expect((await recert('viewer', 'audit')).out).toMatch(/anna \(operator\) .*INC-4713 +done 1 opened/u);
});
