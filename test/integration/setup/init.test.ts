import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ServerOptionsInput, startSimulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { nothingKnown, setupSteps } from '../../../src/application/fleet/setup-steps.js';
import { EXIT } from '../../../src/cli/exit.js';
import { loadConfig } from '../../../src/config/load.js';
import { recert } from '../../support/cli.js';

const SECRET = 'k7Qz-the-client-secret';
const QUIET = { unmanaged: 0, away: 0, expired: 0, due: 2 };

/** A Jamf Pro server like that of a customer, an empty folder, and `recert init` without a terminal. */
async function startFresh(options: ServerOptionsInput = {}) {
  const simulator = await startSimulator({
    clock: 'manual',
    ...options,
    fleet: { computers: 40, ...QUIET, ...options.fleet },
    http: { clients: [{ id: 'recert', secret: SECRET }] },
  });
  const folder = await mkdtemp(join(tmpdir(), 'recert-init-'));
  onTestFinished(async () => {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'recert.yaml');
  const flags = ['--jamf-url', simulator.url, '--client-id', 'recert', '--out', file];
  return {
    simulator,
    folder,
    file,
    init: (words: readonly string[] = [], secret = SECRET) =>
      recert(['init', ...flags, ...words], { readSecret: () => Promise.resolve(secret) }),
  };
}

interface Answer {
  profile: { id: string };
  subject: string | null;
  coverage: number;
  shortfall: string | null;
  findings: { level: string; check: string; said: string; todo: string }[];
  twin: string | null;
}

describe('recert init', () => {
  it('writes a valid configuration in observe mode, and secrets that only their owner can read', async () => {
    const { init, file, folder } = await startFresh();
    const said = await init(['--public-url', 'https://recert.example.com', '--redistribute-days', '14']);
    expect(said.code, said.err).toBe(EXIT.done);
    const config = loadConfig({ RECERT_CONFIG: file });
    const { okta } = config.instances.prod?.profiles ?? {};
    expect(okta).toMatchObject({ profile: String(SEEDED.blue), mode: 'observe', window: 14 * 86_400_000 });
    expect(okta?.mechanisms).toEqual(['native', 'unstick']);
    expect(config.spool?.folder).toBeDefined();
    const token = (await readFile(join(folder, 'admin-token'), 'utf8')).trim();
    const sha256 = createHash('sha256').update(token).digest('hex');
    expect(config.tokens).toMatchObject([{ name: 'admin', role: 'admin', sha256 }]);
    expect(config.http.port).toBe(8080);
    for (const name of ['jamf-client-secret', 'webhook-key', 'admin-token'])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const yaml = await readFile(file, 'utf8');
    expect(yaml).not.toContain(SECRET);
    for (const secret of [SECRET, token]) expect(`${said.out}${said.err}`).not.toContain(secret);
    expect(yaml).toContain(
      `# overlap: { green: ${SEEDED.green}, joinGreen: ${SEEDED.joinGreen}, leaveBlue: ${SEEDED.leaveBlue} }`,
    );
    expect(said.out).toContain('(Okta)');
    const settings = config.instances.prod;
    const steps = settings && setupSteps({ instance: nothingKnown(settings.url), settings, queues: [] });
    // The words of the page Set-up and of `recert doctor`.
    for (const id of ['webhooks', 'act', 'proof'])
      expect(said.out).toContain(steps?.find((step) => step.id === id)?.todo);
    const check = await recert(['config', 'check'], { environment: { RECERT_CONFIG: file } });
    expect(check.code).toBe(EXIT.done);
  });

  it('listens on the port of an address without TLS, and keeps the spool next to the configuration', async () => {
    const { init, file, folder } = await startFresh();
    expect((await init(['--public-url', 'http://recert.example.com:9090'])).code).toBe(EXIT.done);
    expect(loadConfig({ RECERT_CONFIG: file })).toMatchObject({
      http: { port: 9090 },
      spool: { folder: join(folder, 'spool') },
    });
  });

  it('takes the settings of the Okta page literally, and proposes a pattern that finds the certificates', async () => {
    const { init, file } = await startFresh({ profiles: { subject: 'CN=$COMPUTERNAME ma $UDID' } });
    const said = await init(['--json']);
    expect(said.code, said.err).toBe(EXIT.pending);
    const answer = JSON.parse(said.out) as Answer;
    expect(answer.subject).toContain(' ma ');
    expect(answer.shortfall).toBeNull();
    expect(answer.coverage).toBeGreaterThan(0.95);
    // With the identifier that Jamf Pro adds when it sends the profile again, the common name is longer than 64 characters on every Mac.
    expect(answer.findings.map(({ level, check }) => [level, check])).toEqual([['fail', 'profile okta']]);
    expect(answer.findings[0]?.said).toMatch(
      /^with the mechanism native, the subject is too long for \d+ Macs: up to \d+ characters/,
    );
    expect(answer.findings[0]?.todo).toContain('Shorten the subject');
    const { okta } = loadConfig({ RECERT_CONFIG: file }).instances.prod?.profiles ?? {};
    expect(okta?.subject?.source).toBe(answer.subject);
  });

  it('asks for missing values on a terminal, shows no secret, and offers the webhooks', async () => {
    const { simulator, file } = await startFresh();
    const answers = ['not an address', simulator.url, 'recert'];
    const asked: string[] = [];
    const typed = (words: readonly string[]) =>
      recert(['init', '--out', file, ...words], {
        terminal: true,
        ask: (question) => {
          asked.push(question);
          return Promise.resolve(answers.shift() ?? null);
        },
        readSecret: (prompt) => {
          asked.push(prompt);
          return Promise.resolve(SECRET);
        },
        confirm: (question) => {
          asked.push(question);
          return Promise.resolve(true);
        },
      });
    const wrong = await typed(['--client-id', 'recert']);
    expect([wrong.code, wrong.err]).toEqual([EXIT.usage, expect.stringContaining('is not an address')]);

    asked.length = 0;
    const said = await typed(['--public-url', 'https://recert.example.com']);
    expect(said.code, said.err).toBe(EXIT.done);
    expect(asked).toEqual([
      'Address of Jamf Pro (https://…): ',
      'Client ID of the API client: ',
      'Client secret of the API client: ',
      'Create the webhooks in Jamf Pro now?',
      'Apply these changes to Jamf Pro?',
    ]);
    expect(`${said.out}${said.err}`).not.toContain(SECRET);
    expect(simulator.world.webhooks.all().length).toBeGreaterThan(0);
  });

  it('asks for the profile when several match', async () => {
    const { simulator, init, file } = await startFresh();
    const { profiles } = simulator.world;
    const blue = profiles.get(SEEDED.blue);
    if (!blue) throw new Error('there is no blue profile');
    profiles.create({ name: 'Okta SCEP for the lab', payloads: blue.payloads });
    const asked: string[] = [];
    const refused = await init();
    expect([refused.code, refused.err]).toEqual([
      EXIT.usage,
      expect.stringContaining('Select the profile to watch with --profile-id'),
    ]);
    const flags = ['--jamf-url', simulator.url, '--client-id', 'recert', '--out', file];
    const said = await recert(['init', ...flags], {
      readSecret: () => Promise.resolve(SECRET),
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(String(SEEDED.blue));
      },
    });
    expect([said.code, asked]).toEqual([EXIT.done, ['ID of the profile to watch: ']]);
  });

  it('says why the certificates cannot be matched', async () => {
    const { init } = await startFresh({ profiles: { subject: 'CN=$COMPUTERNAME' } });
    const said = await init();
    expect(said.code).toBe(EXIT.pending);
    expect(said.out).toMatch(/Macs in scope have no certificate that can be matched: .*\./);
  });

  it('overwrites nothing without --force', async () => {
    const { init, file } = await startFresh();
    await writeFile(file, 'mine');
    const refused = await init();
    expect(refused).toMatchObject({ code: EXIT.usage });
    expect(refused.err).toContain('already exists');
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await init(['--force'])).code).toBe(EXIT.done);
    expect(await readFile(file, 'utf8')).toContain('mode: observe');
  });

  it.each([
    ['a wrong secret', [], 'wrong-secret', EXIT.failed, /session|sign/i],
    ['no secret', [], '', EXIT.usage, /client secret is missing/],
    [
      'a profile without SCEP',
      ['--profile-id', '999'],
      SECRET,
      EXIT.usage,
      /no profile 999 with a SCEP payload/,
    ],
  ] as const)(
    'says what to do about %s, and writes nothing',
    async (_what, words, secret, code, sentence) => {
      const { init, file } = await startFresh();
      const said = await init(words, secret);
      expect(said.code).toBe(code);
      expect(said.err).toMatch(sentence);
      await expect(stat(file)).rejects.toThrow();
    },
  );
});
