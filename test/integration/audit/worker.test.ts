import { afterAll, beforeAll, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { EXIT } from '../../../src/cli/exit.js';
import { profileAudit, profileList } from '../../../src/contract/resources/profiles.js';
import { startInstallation, type Installation } from '../setup/support.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { eventually } from '../../support/eventually.js';

/** Longer than 64 characters for some Mac names, after Jamf Pro has added the identifier. */
const SUBJECT = 'CN=$COMPUTERNAME mgmt';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** An installation whose worker has read the whole fleet and checked the profiles. */
async function startAuditedInstallation(
  subject?: string,
): Promise<{ installation: Installation; metrics: () => Promise<string> }> {
  await redis.flushall();
  const installation = await startInstallation(server.url, {
    fleet: { computers: 60, due: 0 },
    ...(subject === undefined ? {} : { profiles: { subject } }),
  });
  const config = await installation.configure();
  const receiver = await installation.receiver(config);
  const worker = await installation.worker(config);
  const recert: Installation['recert'] = (words) => installation.recert([...words, '--url', receiver.url]);
  await recert(['sweep', '--what', 'full']);
  await eventually(async () => {
    const { out } = await recert(['profiles', 'audit', '--json']);
    const { audits } = answerSchema.parse(JSON.parse(out));
    expect(audits.every(({ computers }) => (computers ?? 0) > 40)).toBe(true);
  });
  return {
    installation: { ...installation, recert },
    metrics: async () => (await fetch(`${worker.url}/metrics`)).text(),
  };
}

const answerSchema = z.object({ ok: z.boolean(), audits: z.array(profileAudit) });

test('the Macs with a reported subject length are exactly those that the CA refuses', async () => {
  const { installation, metrics } = await startAuditedInstallation(SUBJECT);
  const { out, code } = await installation.recert(['profiles', 'audit', String(SEEDED.blue), '--json']);
  const { audits } = answerSchema.parse(JSON.parse(out));
  // The subject has no identifier, and no pattern is configured.
  expect(audits[0]?.findings.map(({ rule }) => rule)).toContain('subject-pattern');
  const told = audits[0]?.findings.find(({ rule }) => rule === 'subject-length')?.computers;
  expect(code).toBe(EXIT.failed);
  expect(told?.count).toBe(told?.listed.length);

  const { world } = installation.simulator;
  const inScope = [...world.profiles.scopeOf(SEEDED.blue)];
  for (const id of inScope) world.actions.setOnline(id, true);
  world.profiles.redeployAll(SEEDED.blue);
  for (let hour = 0; hour < 24; hour += 1) await world.clock.advance(3_600_000);
  const log = world.ca.log().filter(({ profileId }) => profileId === SEEDED.blue);
  // Some Macs are lost or not managed, and request no certificate.
  const asked = new Set(log.map(({ computerId }) => computerId));
  const refused = new Set(
    log.filter(({ outcome }) => outcome === 'subject-too-long').map(({ computerId }) => computerId),
  );
  expect(asked.size).toBeGreaterThan(30);
  expect(refused.size).toBeGreaterThan(0);
  expect(refused.size).toBeLessThan(asked.size);
  const foretold = told?.listed.map(({ id }) => Number(id)).filter((id) => asked.has(id)) ?? [];
  expect(new Set(foretold)).toEqual(refused);

  const text = await metrics();
  expect(text).toMatch(/recert_profile_findings\{[^}]*profile_id="12",severity="error"\} 2/);
  const overview = await installation.recert(['status']);
  expect(overview.out).toContain('Profile check of okta:');
});

test('the profiles of the simulator have no finding, and the command line lists and explains them', async () => {
  const { installation } = await startAuditedInstallation();
  const listed = await installation.recert(['profiles', 'list', '--json']);
  const { profiles } = profileList.parse(JSON.parse(listed.out));
  expect(profiles.map(({ id, errors, warnings }) => [id, errors, warnings])).toEqual([
    ['12', 0, 0],
    ['13', 0, 0],
  ]);
  const text = await installation.recert(['profiles', 'audit']);
  expect(text.code).toBe(EXIT.done);
  expect(text.out.match(/ok {7}all settings match the Okta requirements/g)).toHaveLength(2);
  expect((await installation.recert(['profiles', 'list'])).out).toContain('Okta SCEP (green)');
  expect((await installation.recert(['profiles', 'audit', '14'])).code).toBe(EXIT.notFound);
  expect(text.out + listed.out).not.toContain(installation.simulator.world.ca.challenge);
});
