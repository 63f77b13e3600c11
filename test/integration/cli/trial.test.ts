import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, openEnvironment } from '../../../harness/environment.js';
import { type Simulator, startSimulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { EXIT } from '../../../src/cli/exit.js';
import { recert } from '../../support/cli.js';
import { LONG_TEST_MS, untilTrue } from '../../support/eventually.js';
import { OVERLAP, RHYTHM, WAITS } from '../redistribute/environment.js';

const TOKEN = 'recert_test-operator';
const ONLINE_MS = 10_000;
const DAY_MS = 86_400_000;

let environment: Environment;
let simulator: Simulator;
let single: Simulator;
let url: string;

/** A worker and a receiver as processes. The simulator runs in this process, so that the test can change its Macs. */
async function startService(parts: Environment): Promise<void> {
  environment = parts;
  const redis = await parts.redis();
  simulator = parts.add(
    await startSimulator({
      fleet: { computers: 20, due: 5, away: 0, officeHours: 0, laptops: 0, outOfScope: 0.2, oddNames: 0 },
      profiles: { subject: 'CN=$COMPUTERNAME $PROFILE_IDENTIFIER' },
      rhythm: RHYTHM,
    }),
    (part) => part.close(),
  );
  // A customer with one profile, whose setting in Jamf Pro begins only in the last days.
  single = parts.add(
    await startSimulator({
      fleet: { computers: 8, due: 0, away: 0, officeHours: 0, laptops: 0, outOfScope: 0.2, oddNames: 0 },
      profiles: { subject: 'CN=$COMPUTERNAME $PROFILE_IDENTIFIER' },
      rhythm: RHYTHM,
    }),
    (part) => part.close(),
  );
  const authentication = { type: 'none', acceptUnauthenticated: true };
  const auth = { clientId: 'recert', clientSecret: 'recert-secret' };
  const sweep = { changed: '1s', full: '24h', open: '500ms' };
  const settings = {
    redis: { url: redis.url },
    http: { port: 0 },
    worker: { port: 0 },
    tokens: [{ name: 'oskar', role: 'operator', sha256: createHash('sha256').update(TOKEN).digest('hex') }],
    instances: {
      demo: {
        url: simulator.url,
        auth,
        webhooks: { authentication, gather: '100ms' },
        sweep,
        // Only a trial redistributes: no certificate is within this window.
        profiles: {
          okta: {
            mode: 'act',
            window: '1d',
            overlap: OVERLAP,
            canary: [],
            waits: WAITS,
            breaker: { inARow: 10 },
          },
        },
      },
      single: {
        url: single.url,
        auth,
        webhooks: { authentication, gather: '100ms' },
        sweep,
        profiles: { okta: { profile: SEEDED.blue, mode: 'act', window: '1d', canary: [], waits: WAITS } },
      },
    },
  };
  await parts.program('worker', settings);
  url = (await parts.program('receiver', settings)).url;
}

const inScope = ({ world } = simulator) =>
  [...(world.groups.get(SEEDED.oktaMacs)?.members ?? [])].sort((a, b) => a - b);

function macOf(id: number | undefined, { world } = simulator) {
  const mac = world.computers.all().find((one) => one.id === id);
  if (mac === undefined) throw new Error(`the simulator has no Mac ${id}`);
  return mac;
}

const quickly = { wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / 10)) };
const service = () => ['--url', url, '--token', TOKEN];

const trial = (id: number | undefined, more: readonly string[] = []) =>
  recert(['trial', '--id', String(macOf(id).id), '--instance', 'demo', ...service(), ...more], quickly);

const trialWithOne = (id: number | undefined) =>
  recert(['trial', '--id', String(macOf(id, single).id), '--instance', 'single', ...service()], quickly);

const macsOf = async (instance: string) => {
  const { out } = await recert(['computers', '--instance', instance, ...service(), '--json']);
  return JSON.parse(out) as { id: string; name: string }[];
};

beforeAll(async () => {
  await openEnvironment(startService);
  await untilTrue(async () => (await macsOf('demo')).length === 20 && (await macsOf('single')).length === 8);
  // Now, so that they have been offline for some seconds when their tests start.
  simulator.world.actions.setOnline(inScope()[2] ?? 0, false);
  single.world.actions.setOnline(inScope(single)[1] ?? 0, false);
}, LONG_TEST_MS);

afterAll(() => environment.close());

describe('recert trial', () => {
  it(
    'ends with both certificates for a healthy Mac',
    async () => {
      const { code, out } = await trial(inScope()[0], ['--json']);
      expect(out).toContain('Passed: inventory shows the new certificate');
      expect(code).toBe(EXIT.done);
      expect(JSON.parse(out)).toMatchObject({
        exitCode: EXIT.done,
        redistribution: { state: 'verified', proof: { credit: 'recert' } },
      });
    },
    LONG_TEST_MS,
  );

  it(
    'explains every step',
    async () => {
      const { err, out } = await trial(inScope()[1]);
      expect(out).toMatch(/serial number +\S+/);
      expect(out).toContain('okta will be redistributed to');
      for (const step of ['Queued', 'Verifying', 'Verified']) expect(err).toContain(step);
    },
    LONG_TEST_MS,
  );

  it(
    'says that a Mac is offline, and leaves the redistribution open',
    async () => {
      const id = inScope()[2] ?? 0;
      await untilTrue(() => Date.now() - macOf(id).lastContactAt > ONLINE_MS);
      const { code, out } = await trial(id);
      expect(out).toMatch(/Not finished: the Mac last checked in .*The redistribution stays open/);
      expect(code).toBe(EXIT.unfinished);
    },
    LONG_TEST_MS,
  );

  it('refuses a Mac that is not in the scope', async () => {
    const members = inScope();
    const other = simulator.world.computers.all().find(({ id, managed }) => managed && !members.includes(id));
    const { code, err } = await trial(other?.id);
    expect(err).toContain('is not in the scope of');
    expect(code).toBe(EXIT.refused);
  });

  it(
    'refuses a Mac whose subject is too long, with the profile and the number of characters',
    async () => {
      const id = inScope()[3] ?? 0;
      const name = 'The MacBook Pro of the second floor meeting room';
      simulator.world.actions.rename(id, name);
      simulator.world.actions.reportInventory(id);
      await untilTrue(async () => (await macsOf('demo')).some((mac) => mac.name === name));
      const { code, err } = await trial(id);
      expect(err).toMatch(
        /the subject of profile \d+ \(.*green, mechanism overlap\) is too long for this Mac: CN has 85/,
      );
      expect(code).toBe(EXIT.refused);
      expect(simulator.world.ca.log().some(({ computerId }) => computerId === id)).toBe(false);
    },
    LONG_TEST_MS,
  );

  it(
    'quotes the error of a failed installation, and says what to check',
    async () => {
      simulator.world.ca.resetChallenge();
      const { code, out } = await trial(inScope()[4]);
      expect(out).toMatch(
        /Failed: .*challenge password is not valid.*Check whether the SCEP challenge was reset/,
      );
      expect(code).toBe(EXIT.failed);
    },
    LONG_TEST_MS,
  );
});

describe('recert trial with one profile', () => {
  it(
    'says for a healthy Mac that nothing can be sent, until when Jamf Pro has time, and what a second profile adds',
    async () => {
      const { code, out } = await trialWithOne(inScope(single)[0]);
      expect(out).toMatch(
        /Refused: nothing was sent: no InstallProfile command of profile \d+ has failed on this Mac.*The renewal by Jamf Pro is due on .*second profile \(overlap\)/,
      );
      expect(code).toBe(EXIT.refused);
    },
    LONG_TEST_MS,
  );

  it(
    'says that a Mac is offline',
    async () => {
      const id = inScope(single)[1] ?? 0;
      await untilTrue(() => Date.now() - macOf(id, single).lastContactAt > ONLINE_MS);
      const { code, out } = await trialWithOne(id);
      expect(out).toMatch(/Refused: nothing was sent: .*The Mac is offline: it last checked in on/);
      expect(code).toBe(EXIT.refused);
    },
    LONG_TEST_MS,
  );

  it('refuses a Mac that is not in the scope', async () => {
    const members = inScope(single);
    const other = single.world.computers.all().find(({ id, managed }) => managed && !members.includes(id));
    const { code, err } = await trialWithOne(other?.id);
    expect(err).toContain('is not in the scope of');
    expect(code).toBe(EXIT.refused);
  });

  it(
    'refuses a Mac whose subject is too long for the setting of Jamf Pro',
    async () => {
      const id = inScope(single)[2] ?? 0;
      const name = 'The MacBook Pro of the second floor meeting room';
      single.world.actions.rename(id, name);
      single.world.actions.reportInventory(id);
      await untilTrue(async () => (await macsOf('single')).some((mac) => mac.name === name));
      const { code, err } = await trialWithOne(id);
      expect(err).toMatch(
        /the subject of profile \d+ \(.*mechanism native\) is too long for this Mac: CN has/,
      );
      expect(code).toBe(EXIT.refused);
    },
    LONG_TEST_MS,
  );

  it(
    'has a failed installation repeated, and quotes its error when it fails again',
    async () => {
      const id = inScope(single)[3] ?? 0;
      const { ca, profiles, actions } = single.world;
      ca.resetChallenge();
      const [certificate] = single.world.mac(id)?.keychain ?? [];
      actions.shiftExpiry(id, Date.now() + 20 * DAY_MS - (certificate?.expiresAt ?? 0));
      profiles.update(SEEDED.blue, { redistributeDays: 30 });
      await untilTrue(() =>
        ca.log().some(({ computerId, outcome }) => computerId === id && outcome !== 'issued'),
      );
      const { code, out } = await trialWithOne(id);
      expect(out).toMatch(
        /Failed: .*challenge password is not valid.*Check whether the SCEP challenge was reset/,
      );
      expect(code).toBe(EXIT.failed);
    },
    LONG_TEST_MS,
  );
});
