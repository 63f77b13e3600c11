import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Environment, openEnvironment } from '../../../harness/environment.js';
import { type Simulator, startSimulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { EXIT } from '../../../src/cli/exit.js';
import { recert } from '../../support/cli.js';
import { LONG_TEST_MS, untilTrue } from '../../support/eventually.js';
import { OVERLAP, RHYTHM, WAITS } from '../redistribute/stage.js';

const TOKEN = 'recert_test-operator';
const ONLINE_MS = 10_000;

let environment: Environment;
let simulator: Simulator;
let url: string;

/** A worker and a receiver as processes; the simulator in this process, so that the test can change its Macs. */
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
  const settings = {
    redis: { url: redis.url },
    http: { port: 0 },
    worker: { port: 0 },
    tokens: [{ name: 'oskar', role: 'operator', sha256: createHash('sha256').update(TOKEN).digest('hex') }],
    instances: {
      demo: {
        url: simulator.url,
        auth: { clientId: 'recert', clientSecret: 'recert-secret' },
        webhooks: { authentication: { type: 'none', acceptUnauthenticated: true }, gather: '100ms' },
        sweep: { changed: '1s', full: '24h', open: '500ms' },
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
    },
  };
  await parts.program('worker', settings);
  url = (await parts.program('receiver', settings)).url;
}

const inScope = () => [...(simulator.world.groups.get(SEEDED.oktaMacs)?.members ?? [])].sort((a, b) => a - b);

function macOf(id: number | undefined) {
  const mac = simulator.world.computers.all().find((one) => one.id === id);
  if (mac === undefined) throw new Error(`the simulator has no Mac ${id}`);
  return mac;
}

const trial = (id: number | undefined, more: readonly string[] = []) =>
  recert(['trial', '--id', String(macOf(id).id), '--url', url, '--token', TOKEN, ...more], {
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
  });

beforeAll(async () => {
  await openEnvironment(startService);
  await untilTrue(async () => {
    const { out } = await recert(['computers', '--url', url, '--token', TOKEN, '--json']);
    return (JSON.parse(out) as unknown[]).length === 20;
  });
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
    'says that a Mac is off, and leaves the redistribution open',
    async () => {
      const id = inScope()[2] ?? 0;
      simulator.world.actions.setOnline(id, false);
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
      await untilTrue(async () => {
        const { out } = await recert([
          'computers',
          'show',
          String(id),
          '--url',
          url,
          '--token',
          TOKEN,
          '--json',
        ]);
        return (JSON.parse(out) as { name: string }).name === name;
      });
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
    'quotes the error of an install that fails, and says what to check',
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
