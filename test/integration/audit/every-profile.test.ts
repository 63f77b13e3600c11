import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { PRIVILEGES } from '../../../src/doctor/privileges.js';
import { emptyScope } from '../../../simulator/world/profiles/scope.js';
import { scepPayloads } from '../../../simulator/world/profiles/payload.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { profileAudit, profileList } from '../../../src/contract/resources/profiles.js';
import { EXIT } from '../../../src/cli/exit.js';
import { type Installation, startInstallation } from '../setup/support.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { eventually } from '../../support/eventually.js';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());

const answerSchema = z.object({
  ok: z.boolean(),
  audits: z.array(profileAudit),
  servers: profileList.shape.servers,
});

/** The role that docs/setup.md describes. */
const PAGE = Object.keys(PRIVILEGES);

/** An installation with an assessed fleet, and a third Okta profile for a smart group whose subject never fits. */
async function houseWithLong(privileges: readonly string[] = PAGE) {
  const installation = await startInstallation(server.url, {
    fleet: { computers: 30, due: 0, unmanaged: 0 },
    http: { clients: [{ id: 'recert', secret: 'jamf-client-secret', privileges: [...privileges] }] },
  });
  const { world } = installation.simulator;
  const blue = world.profiles.get(SEEDED.blue);
  if (!blue?.scep) throw new Error('there is no blue profile');
  const identity = {
    name: 'Forgotten',
    uuid: '0D4C6A7E-0000-4000-8000-0000000000AA',
    level: 'System' as const,
  };
  const subject = 'CN=$COMPUTERNAME ma $UDID $PROFILE_IDENTIFIER';
  const scep = { ...blue.scep, url: blue.scep.url, name: 'Okta CA', keySize: 2048, subject };
  const long = world.profiles.create({
    ...identity,
    payloads: scepPayloads(identity, scep, '0D4C6A7E-0000-4000-8000-0000000000AB'),
    scope: { ...emptyScope(), computerGroups: [SEEDED.oktaMacs] },
  });
  const config = await installation.configure();
  const receiver = await installation.receiver(config);
  await installation.worker(config);
  const recert: Installation['recert'] = (words) =>
    installation.recert([...words, '--url', receiver.url], {
      wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs / 10)),
    });
  await recert(['sweep', '--what', 'full']);
  await eventually(async () => {
    const { out } = await recert(['computers', '--limit', '100', '--json']);
    expect(JSON.parse(out)).toHaveLength(30);
  });
  return { installation, recert, world, long: String(long.id) };
}

test('every profile with a SCEP payload is checked on request with the role of docs/setup.md, watched or not, and no challenge is shown', async () => {
  const { recert, world, long, installation } = await houseWithLong();
  const { code, out, err } = await recert(['profiles', 'audit', '--all', '--json']);
  const { audits, servers } = answerSchema.parse(JSON.parse(out));
  expect(code).toBe(EXIT.failed);
  const rules = new Map(audits.map(({ id, findings }) => [id, findings.map(({ rule }) => rule).sort()]));
  expect([...rules.keys()].sort()).toEqual([SEEDED.blue, SEEDED.green, SEEDED.user, long].map(String).sort());
  expect(rules.get(String(SEEDED.blue))).toEqual([]);
  expect(rules.get(String(SEEDED.user))).toEqual(expect.arrayContaining(['level', 'url-static']));
  expect(rules.get(long)).toEqual(['subject-length']);
  expect(servers).toMatchObject([{ instance: 'prod', profiles: 5, unread: 0 }]);
  expect(err).toContain('5 profiles, 4 with SCEP');

  // The Macs of the smart group, which is also in the scope of a watched profile, and of no other group.
  const inScope = [...world.profiles.scopeOf(Number(long))].map(String).sort();
  const [, ofLong] = audits.filter(({ id }) => id === long).flatMap(({ findings }) => [null, findings[0]]);
  expect(ofLong?.computers?.listed.map(({ id }) => id).sort()).toEqual(inScope);
  expect(inScope.length).toBeGreaterThan(10);
  const measured = audits.find(({ id }) => id === long);
  expect(measured?.computers).toBe(inScope.length);
  expect(measured?.unseen.join()).not.toContain('could not be read');

  const text = await recert(['profiles', 'audit', long]);
  expect(text.out).toMatch(/"Forgotten" \(\d+, not watched\), subject checked on \d+ Macs/);
  expect((await recert(['profiles', 'list', '--json'])).out).not.toContain('Forgotten');
  const challenges = world.profiles.all().flatMap(({ scep }) => scep?.challenge ?? []);
  for (const challenge of challenges) expect(out + text.out + err).not.toContain(challenge);

  // A deleted profile is no longer reported.
  installation.simulator.world.profiles.delete(Number(long));
  await recert(['profiles', 'audit', '--all']);
  expect((await recert(['profiles', 'audit', long])).code).toBe(EXIT.notFound);
});

test('a group that cannot be read is reported, and so is the time limit', async () => {
  const { recert, long } = await houseWithLong(PAGE.filter((name) => name !== 'Read Smart Computer Groups'));
  const { out } = await recert(['profiles', 'audit', '--all', '--json']);
  const { audits } = answerSchema.parse(JSON.parse(out));
  const one = audits.find(({ id }) => id === long);
  expect(one?.computers).toBe(0);
  expect(one?.unseen.join()).toContain(`group ${SEEDED.oktaMacs}, which the scope names`);
  expect((await recert(['profiles', 'audit', '--all', '--within', '0ms'])).code).toBe(EXIT.unfinished);
});
