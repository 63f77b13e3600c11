import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { scepPayloads } from '../../../simulator/world/profiles/payload.js';
import { emptyScope, noTargets } from '../../../simulator/world/profiles/scope.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { EXIT } from '../../../src/cli/exit.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startInstallation } from './support.js';

const JOIN_GREEN = 'Recert okta join green';
const LEAVE_BLUE = 'Recert okta leave blue';

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());

/** A Jamf Pro with one SCEP profile in use, and a configuration without a watched profile. */
async function startSetup(options: Parameters<typeof startInstallation>[1] = {}) {
  const installation = await startInstallation(server.url, options);
  await installation.configure({ profiles: {}, timeout: '1s' });
  const { world, controlUrl } = installation.simulator;
  return {
    installation,
    world,
    setup: (words: readonly string[], answer = true) =>
      installation.recert(['setup', 'overlap', ...words], {
        terminal: true,
        confirm: () => Promise.resolve(answer),
      }),
    group: (name: string) => world.groups.byName(name),
    writes: async () => {
      const requests = (await (await fetch(`${controlUrl}/requests`)).json()) as {
        method: string;
        path: string;
      }[];
      return requests
        .filter(({ method, path }) => method !== 'GET' && path.startsWith('/JSSResource'))
        .map(({ method, path }) => `${method} ${path.slice('/JSSResource'.length)}`);
    },
    faults: async (http: FaultsInput['http']) => {
      const body = JSON.stringify({ http });
      const headers = { 'Content-Type': 'application/json' };
      await fetch(`${controlUrl}/faults`, { method: 'PUT', headers, body });
    },
  };
}

const FIRST = ['--profile', 'okta', '--blue', String(SEEDED.blue)];
const CREATED = ['POST /computergroups/id/0', 'POST /computergroups/id/0'];

describe('recert setup overlap', () => {
  it('previews, asks, creates the two groups, and lists the remaining steps in an order that removes no certificate', async () => {
    const { setup, group, writes, world } = await startSetup();
    const looked = await setup([...FIRST, '--dry-run']);
    expect(looked.code).toBe(EXIT.pending);
    expect(looked.out).toContain(`+ joinGreen: static group "${JOIN_GREEN}", empty`);
    expect(await setup(FIRST, false)).toMatchObject({ code: EXIT.failed, err: 'Nothing was changed.' });
    expect(await writes()).toEqual([]);

    const made = await setup(FIRST);
    expect(made.code).toBe(EXIT.done);
    expect([group(JOIN_GREEN), group(LEAVE_BLUE)]).toMatchObject([
      { smart: false, members: new Set() },
      { smart: false, members: new Set() },
    ]);
    const ids = [group(JOIN_GREEN)?.id, group(LEAVE_BLUE)?.id];
    expect(made.out).toMatch(
      /1\. Green: clone "Okta SCEP" \(12\)[^]*2\. Blue: [^]*newly assigned[^]*3\. Configuration/,
    );
    expect(made.out).toContain(
      `overlap: { blue: 12, green: <id of green>, joinGreen: ${ids[0]}, leaveBlue: ${ids[1]} }`,
    );
    expect(await writes()).toEqual(CREATED);
    const withGreen = await setup([...FIRST, '--green', String(SEEDED.green)]);
    expect(withGreen.out).toContain(`overlap: { blue: 12, green: 13, joinGreen: ${ids[0]}`);

    const before = structuredClone(world.groups.all());
    const again = await setup(FIRST);
    expect([again.code, again.out]).toEqual([
      EXIT.done,
      expect.stringContaining(`= joinGreen: group "${JOIN_GREEN}"`),
    ]);
    expect(await writes()).toEqual(CREATED);
    expect(world.groups.all()).toEqual(before);
  });

  it('says that no step remains after an admin has done the rest, and checks it', async () => {
    const { installation, world, setup, group } = await startSetup();
    await setup([...FIRST, '--yes']);
    const [joinGreen, leaveBlue] = [group(JOIN_GREEN)?.id ?? 0, group(LEAVE_BLUE)?.id ?? 0];
    const blue = world.profiles.get(SEEDED.blue);
    if (!blue?.scep) throw new Error('there is no blue profile');
    const twin = {
      name: 'Okta SCEP twin',
      uuid: '0D4C6A7E-0000-4000-8000-0000000000AA',
      level: 'System' as const,
    };
    const scep = { ...blue.scep, name: 'Okta CA', keySize: 2048 };
    const green = world.profiles.create({
      ...twin,
      payloads: scepPayloads(twin, scep, '0D4C6A7E-0000-4000-8000-0000000000AB'),
      scope: { ...emptyScope(), computerGroups: [joinGreen] },
    });
    const overlap = { blue: SEEDED.blue, green: green.id, joinGreen, leaveBlue };
    await installation.configure({ profiles: { okta: { overlap } } });

    const early = await setup(['--check']);
    expect([early.code, early.out]).toEqual([
      EXIT.failed,
      expect.stringContaining('does not exclude the group'),
    ]);
    const left = await setup([]);
    expect(left.out).toMatch(
      /1\. Blue: add the group "Recert okta leave blue"[^]*2\. recert setup overlap --check/,
    );

    world.profiles.update(SEEDED.blue, {
      scope: { ...blue.scope, exclusions: { ...noTargets(), computerGroups: [leaveBlue] } },
    });
    expect(await setup([])).toMatchObject({
      code: EXIT.done,
      out: expect.stringContaining('no manual steps remaining') as string,
    });
    const checked = await setup(['--check', '--json']);
    expect([checked.code, JSON.parse(checked.out)]).toMatchObject([EXIT.done, { ok: true }]);
    expect((await installation.recert(['doctor'])).out).toContain(`"${JOIN_GREEN}" (${joinGreen}) is static`);

    world.profiles.update(green.id, { scope: { ...emptyScope(), allComputers: true } });
    expect((await setup(['--check'])).code).toBe(EXIT.failed);
    expect((await setup([])).out).toContain('targets all computers');
  });

  it('does not change configured groups', async () => {
    const { installation, setup, writes } = await startSetup();
    const { blue, green, joinGreen, leaveBlue } = SEEDED;
    await installation.configure({ profiles: { okta: { overlap: { blue, green, joinGreen, leaveBlue } } } });
    const { code, out } = await setup([]);
    expect([code, out]).toEqual([EXIT.done, expect.stringContaining('no manual steps remaining')]);
    expect(await writes()).toEqual([]);
  });

  it('creates nothing when one of the two is a smart group', async () => {
    const { setup, world, writes } = await startSetup();
    world.groups.createSmart({ name: LEAVE_BLUE, criteria: [] });
    const { code, err } = await setup(FIRST);
    expect([code, err]).toEqual([EXIT.failed, expect.stringContaining('is a smart group')]);
    expect(await writes()).toEqual([]);
  });

  it.each([
    ['a hung connection', { kind: 'hang', when: 'after' }],
    ['502 after it was done', { kind: 'status', status: 502, when: 'after' }],
    ['half a body', { kind: 'half-body' }],
  ] as const)('sends nothing twice after %s, and finds the created group', async (_, fault) => {
    const { setup, faults, writes, group } = await startSetup();
    await faults([{ ...fault, methods: ['POST'], path: 'computergroups' }]);
    expect((await setup([...FIRST, '--yes'])).code).toBe(EXIT.done);
    expect(await writes()).toEqual(CREATED);
    expect(group(JOIN_GREEN)).toBeDefined();
  });

  it('names the missing privilege once for both groups', async () => {
    const privileges = ['Read Static Computer Groups', 'Read macOS Configuration Profiles'];
    const { setup, group } = await startSetup({
      http: { clients: [{ id: 'recert', secret: 'jamf-client-secret', privileges }] },
    });
    const { code, err } = await setup([...FIRST, '--yes']);
    expect([code, err]).toEqual([EXIT.failed, expect.stringContaining('Create Static Computer Groups')]);
    expect(err.split('\n')).toEqual([expect.stringMatching(/groups\.create/)]);
    expect(group(JOIN_GREEN)).toBeUndefined();
  });

  it.each([
    [[], 'Select the watched profile with --profile'],
    [['--profile', 'Okta!'], 'must contain only a-z'],
    [['--profile', 'okta', '--blue', 'twelve'], '--blue: must be the numeric ID'],
    [['--check', '--profile', 'okta'], 'has no profile okta yet'],
    [['--profile', 'okta', '--json'], 'Not a terminal'],
  ])('refuses %j', async (words, said) => {
    const { setup } = await startSetup();
    const { code, err } = await setup(words);
    expect([code, err]).toEqual([EXIT.usage, expect.stringContaining(said)]);
  });
});
