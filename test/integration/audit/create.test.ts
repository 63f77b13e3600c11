import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { EXIT } from '../../../src/cli/exit.js';
import { type Installation, startInstallation } from '../setup/support.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const CHALLENGE = 'canary challenge "of" quotes';
const NAME = 'Okta SCEP new';

let server: TestRedis;
let folder: string;
beforeAll(async () => {
  server = await startTestRedis();
  folder = await mkdtemp(join(tmpdir(), 'recert-create-'));
  await writeFile(join(folder, 'key.txt'), `${CHALLENGE}\n`);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const words = [
  'profiles',
  'generate',
  '--name',
  NAME,
  '--offline',
  '--create',
  '--scep-url',
  'https://example.okta.com/pki/0123456789abcdef/scep/aus1',
];

/** Runs the command with a simulated Jamf Pro. Every question is answered with `answer`. */
async function startCreating(options: Parameters<typeof startInstallation>[1] = {}) {
  const installation: Installation = await startInstallation(server.url, options);
  await installation.configure({ timeout: '1s' });
  const { profiles } = installation.simulator.world;
  return {
    profiles,
    named: () => profiles.all().filter(({ name }) => name === NAME),
    create: async (more: readonly string[] = [], answer = true) => {
      const file = ['--challenge-file', join(folder, 'key.txt'), '--out', join(folder, 'none')];
      const said = await installation.recert([...words, ...file, ...more], {
        terminal: true,
        confirm: () => Promise.resolve(answer),
      });
      expect(said.out + said.err).not.toContain('canary');
      return said;
    },
    faults: async (http: FaultsInput['http']) => {
      const body = JSON.stringify({ http });
      const headers = { 'Content-Type': 'application/json' };
      await fetch(`${installation.simulator.controlUrl}/faults`, { method: 'PUT', headers, body });
    },
    posts: async () => {
      const log = await fetch(`${installation.simulator.controlUrl}/requests`);
      const requests = (await log.json()) as { method: string; path: string }[];
      return requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/JSSResource'))
        .length;
    },
  };
}

it('recert profiles create previews the profile without the challenge, asks, creates it without a scope, and lists the remaining steps', async () => {
  const { create, named, posts } = await startCreating();
  const looked = await create(['--dry-run']);
  expect([looked.code, named()]).toEqual([EXIT.pending, []]);
  expect(looked.out).toMatch(/scope: none[^]*<string>\[hidden\]<\/string>[^]*2048/);
  expect(await create([], false)).toMatchObject({ code: EXIT.failed, err: 'Nothing was changed.' });
  expect(await posts()).toBe(0);

  const made = await create();
  expect(made.code).toBe(EXIT.done);
  expect(made.err).toMatch(/Redistribute Profile[^]*Add targets to the scope, which is empty now/);
  const [profile] = named();
  expect(profile).toMatchObject({ level: 'System', distributionMethod: 'Install Automatically' });
  expect(profile?.scep?.challenge).toBe(CHALLENGE);
  expect(profile?.scope).toMatchObject({ allComputers: false, computers: [], computerGroups: [] });
  expect(await readdir(folder)).toEqual(['key.txt']);
});

it('recert profiles create refuses a name in use before it sends anything, and refuses to act where no one can confirm', async () => {
  const { create, posts } = await startCreating();
  expect((await create(['--yes', '--json'])).code).toBe(EXIT.done);
  const again = await create(['--yes']);
  expect([again.code, again.err]).toEqual([EXIT.usage, expect.stringContaining('already')]);
  expect((await create(['--json'])).code).toBe(EXIT.usage);
  expect(await posts()).toBe(1);
});

it.each([
  ['half a body', { kind: 'half-body' }],
  ['a hung connection', { kind: 'hang', when: 'after' }],
  ['502 after it was done', { kind: 'status', status: 502, when: 'after' }],
] as const)('a creation is not repeated after %s, and the profile is found', async (_, fault) => {
  const { create, faults, named, posts } = await startCreating();
  await faults([{ ...fault, methods: ['POST'], path: 'osxconfigurationprofiles' }]);
  expect((await create(['--yes'])).code).toBe(EXIT.done);
  expect([named().length, await posts()]).toEqual([1, 1]);
});

it('the missing privilege is named', async () => {
  const { create, named } = await startCreating({
    http: {
      clients: [
        { id: 'recert', secret: 'jamf-client-secret', privileges: ['Read macOS Configuration Profiles'] },
      ],
    },
  });
  const { code, err } = await create(['--yes']);
  expect([code, named()]).toEqual([EXIT.failed, []]);
  expect(err).toContain('Create macOS Configuration Profiles');
});

it('the second profile is created from an existing one, with its settings, a stable subject and no scope', async () => {
  const installation = await startInstallation(server.url, {
    profiles: { subject: 'CN=$COMPUTERNAME ma $UDID' },
  });
  await installation.configure({ profiles: {} });
  const { profiles } = installation.simulator.world;
  const twin = (more: readonly string[]) =>
    installation.recert(['profiles', 'generate', '--twin-of', '12', '--create', '--yes', ...more]);
  const key = join(folder, 'other.txt');
  await writeFile(key, CHALLENGE);
  const wrong = await twin(['--name', 'wrong', '--challenge-file', key]);
  expect([wrong.code, wrong.err]).toEqual([
    EXIT.usage,
    expect.stringContaining('not the challenge of profile 12'),
  ]);

  const without = await twin(['--name', 'without']);
  expect([without.code, without.err]).toEqual([
    EXIT.done,
    expect.stringMatching(/1\. SCEP, Challenge[^]*paste/),
  ]);
  await writeFile(key, profiles.get(12)?.scep?.challenge ?? '');
  expect(await twin(['--name', 'with', '--challenge-file', key])).toMatchObject({ code: EXIT.done });
  const blue = profiles.get(12)?.scep;
  expect(profiles.byName('with')).toMatchObject({
    level: 'System',
    scope: { allComputers: false, computers: [], computerGroups: [] },
    scep: {
      url: blue?.url,
      name: blue?.name,
      keySize: 2048,
      challenge: blue?.challenge,
      subject: 'CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER',
    },
  });
  expect(profiles.byName('without')?.scep).toMatchObject({
    challenge: '',
    subject: profiles.byName('with')?.scep?.subject,
  });
});
