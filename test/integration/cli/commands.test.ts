import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { DAY_MS, mac, startApi, type TestApi, TOKENS } from '../api/support.js';
import { recert as run, type CommandResult } from '../../support/cli.js';

const reason = ['--reason', 'locked out, INC-4711'];

describe('recert with a running service', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  function recert(
    words: readonly string[],
    token: string = TOKENS.operator,
    more = {},
  ): Promise<CommandResult> {
    return run([...words, '--url', api.url, '--token', token], { now: api.now, ...more });
  }

  async function json(words: readonly string[]): Promise<unknown> {
    const { out, code } = await recert([...words, '--json']);
    expect(code).toBe(EXIT.done);
    return JSON.parse(out);
  }

  /** Does the work of a worker: sets the next state with its data. */
  async function move(id: string, change: Partial<Redistribution>): Promise<void> {
    const store = createRedistributionStore({ redis: api.redis, key: keysUnder('recert') });
    const record = await store.read('prod', id);
    if (!record) throw new Error(`there is no ${id}`);
    const to = change.state ?? record.state;
    const history = [
      ...record.history,
      { at: api.now(), from: record.state, to, why: `now ${to}`, evidence: {} },
    ];
    expect(
      await store.compareAndSet(record, { ...record, ...change, since: api.now(), history }),
    ).not.toBeNull();
  }

  test('status reports unhealthy with the reasons and exit code 1', async () => {
    const { code, out } = await recert(['status'], TOKENS.viewer);
    expect(code).toBe(EXIT.failed);
    expect(out).toContain('unhealthy');
    expect(out).toContain('No worker is running for queue redistribute');
    expect(out).toContain('2 Macs are overdue for renewal (okta).');
    expect(out).toMatch(/okta +act +1 +0 +2/);
  });

  test('computers finds a Mac by user, serial number, text and ID, and shows it', async () => {
    for (const words of [['--user', 'User2@'], ['--serial', 'serial2'], ['mac-2'], ['--id', '2']]) {
      const { code, out } = await recert(['computers', ...words]);
      expect(code).toBe(EXIT.done);
      expect(out).toMatch(/2 +SERIAL2 +mac-2 +user2 +okta +Overdue +in 5d/);
      expect(out).not.toContain('SERIAL1');
    }
    const show = await recert(['computers', 'show', 'SERIAL3']);
    expect(show.out).toMatch(/on request +mac-3 is not in the scope of Okta blue/);
    expect(await json(['computers', 'show', '3'])).toMatchObject({ id: '3', managementId: 'management-3' });
    const nobody = await recert(['computers', 'show', 'NOBODY']);
    expect(nobody.code).toBe(EXIT.notFound);
    expect(nobody.err).toContain('Run recert computers NOBODY to search all fields');
  });

  test('computers reads pages up to its limit', async () => {
    await api.save(...Array.from({ length: 620 }, (_, index) => mac(String(100 + index), 100, api.now())));
    const all = (await json(['computers', '--limit', '1000'])) as unknown[];
    expect(all).toHaveLength(624);
    const some = (await json(['computers', '--name', 'mac-7', '--limit', '7'])) as unknown[];
    expect(some).toHaveLength(7);
    const overdue = (await json(['computers', '--state', 'overdue'])) as { id: string }[];
    expect(overdue.map(({ id }) => id).sort()).toEqual(['2', '4']);
  });

  test('redistribute prints the opened redistributions, and has a separate exit code for refusals', async () => {
    const good = await recert(['redistribute', '--serial', 'SERIAL1', ...reason]);
    expect(good.code).toBe(EXIT.done);
    expect(good.out).toMatch(/SERIAL1 +okta +accepted +[0-9a-f-]{36} +okta will be redistributed to mac-1/);

    const again = await recert(['redistribute', '--serial', 'SERIAL1', ...reason]);
    expect(again.code).toBe(EXIT.refused);
    expect(again.err).toContain('A redistribution of mac-1 is already open');

    const mixed = await recert(['redistribute', '--id', '2', '3', '4', ...reason]);
    expect(mixed.code).toBe(EXIT.refused);
    expect(mixed.out).toMatch(/SERIAL2 .*accepted/);
    expect(mixed.out).toMatch(/SERIAL3 .*refused .*not in the scope/);

    const none = await recert(['redistribute', '--serial', 'SERIAL3', 'SERIAL4', ...reason]);
    expect(none.code).toBe(EXIT.refused);
    expect(none.out).toMatch(/SERIAL4 .*refused .*not managed/);
  });

  test('redistribute --dry-run opens nothing', async () => {
    const { code, err } = await recert(['redistribute', '--serial', 'SERIAL1', ...reason, '--dry-run']);
    expect(code).toBe(EXIT.pending);
    expect(err).toContain('1 Mac would be redistributed, 0 refused. Nothing was changed.');
    expect(await json(['redistributions', 'list'])).toEqual([]);
  });

  test('redistribute has a separate exit code for an unknown Mac, which counts as refused among others', async () => {
    const nobody = await recert(['redistribute', '--serial', 'NOBODY', ...reason]);
    expect(nobody.code).toBe(EXIT.notFound);
    expect(nobody.err).toContain('NOBODY: Unknown Mac. If it is new in Jamf Pro');
    const two = await recert(['redistribute', '--serial', 'NOBODY', '--id', '77', ...reason, '--json']);
    expect(two.code).toBe(EXIT.notFound);
    const mixed = await recert(['redistribute', '--serial', 'NOBODY', 'SERIAL1', ...reason]);
    expect(mixed.code).toBe(EXIT.refused);
    const dry = await recert(['redistribute', '--serial', 'NOBODY', ...reason, '--dry-run']);
    expect(dry.code).toBe(EXIT.notFound);
    expect((await recert(['computers', 'show', '77'])).code).toBe(EXIT.notFound);
  });

  test('redistribute with the same key opens one redistribution', async () => {
    const words = ['redistribute', '--serial', 'SERIAL1', ...reason, '--key', 'once'];
    expect((await recert(words)).code).toBe(EXIT.done);
    expect((await recert(words)).code).toBe(EXIT.done);
    expect(await json(['redistributions'])).toHaveLength(1);
  });

  test('redistribute --wait prints progress until the proof, with the old and the new certificate', async () => {
    const expiresAt = api.now() + 365 * DAY_MS;
    const steps: (() => Promise<void>)[] = [
      () => onlyOne((id) => move(id, { state: 'triggered' })),
      () =>
        onlyOne((id) =>
          move(id, {
            state: 'verified',
            proof: {
              serialNumber: '0B1',
              expiresAt,
              issuedAt: api.now(),
              reportedAt: api.now(),
              credit: 'recert',
            },
          }),
        ),
    ];
    const wait = async () => {
      await steps.shift()?.();
    };
    const said = await recert(['redistribute', '--serial', 'SERIAL1', ...reason, '--wait'], TOKENS.operator, {
      wait,
    });
    expect(said.code).toBe(EXIT.done);
    expect(said.err.match(/SERIAL1 (Due|Triggered|Verified):/g)).toEqual([
      'SERIAL1 Due:',
      'SERIAL1 Triggered:',
      'SERIAL1 Verified:',
    ]);
    expect(said.out).toMatch(/SERIAL1 +Verified +0A1 +\d{4}-.*Z +0B1 +\d{4}-/);
  });

  test('--wait exits with 1 if a Mac needs attention, and with 6 on timeout', async () => {
    const failing = await recert(
      ['redistribute', '--serial', 'SERIAL1', ...reason, '--wait'],
      TOKENS.operator,
      { wait: () => onlyOne((id) => move(id, { state: 'needs-human' })) },
    );
    expect(failing.code).toBe(EXIT.failed);
    expect(failing.out).toMatch(/SERIAL1 +Needs attention/);
    let at = api.now();
    const late = await recert(
      ['redistribute', '--serial', 'SERIAL2', ...reason, '--wait', '--within', '10m'],
      TOKENS.operator,
      {
        now: () => at,
        wait: (durationMs: number) => {
          at += Math.max(durationMs, 60_000);
          return Promise.resolve();
        },
      },
    );
    expect(late.code).toBe(EXIT.unfinished);
    expect(late.err).toContain('the redistributions continue');
  });

  async function onlyOne(work: (id: string) => Promise<void>): Promise<void> {
    const [first] = (await json(['redistributions', '--state', 'due'])) as { id: string }[];
    const [second] = (await json(['redistributions', '--state', 'triggered'])) as { id: string }[];
    await work(first?.id ?? second?.id ?? 'none');
  }

  test('redistributions lists, shows and cancels', async () => {
    await recert(['redistribute', '--serial', 'SERIAL1', ...reason]);
    const [one] = (await json(['redistributions', 'list', '--computer', '1'])) as { id: string }[];
    const id = one?.id ?? '';
    expect((await recert(['redistributions'])).out).toContain(id);
    const cancelled = await recert(['redistributions', 'cancel', id, '--reason', 'wrong Mac, sorry']);
    expect(cancelled.code).toBe(EXIT.done);
    const show = await recert(['redistributions', 'show', id]);
    expect(show.out).toMatch(/cause +requested by oskar: locked out, INC-4711/);
    expect(await json(['redistributions', 'show', id])).toMatchObject({ cancelRequest: { by: 'oskar' } });
    expect((await recert(['redistributions', 'show', 'nope'])).code).toBe(EXIT.notFound);
  });

  test.each([
    ['inventory', {}],
    ['the declarative status of the Mac', { source: 'status' as const }],
  ])('trial and show say that %s proved the renewal', async (name, source) => {
    const at = api.now();
    const proof = { serialNumber: '0B1', expiresAt: at + DAY_MS, issuedAt: at, reportedAt: at, ...source };
    const wait = () =>
      onlyOne((id) => move(id, { state: 'verified', proof: { ...proof, credit: 'recert' } }));
    const { out } = await recert(['trial', '--serial', 'SERIAL1', ...reason], TOKENS.operator, { wait });
    expect(out).toContain(`Passed: ${name} shows the new certificate 0B1`);
    const [one] = (await json(['redistributions', 'list', '--computer', '1'])) as { id: string }[];
    const show = await recert(['redistributions', 'show', one?.id ?? '']);
    expect(show.out).toMatch(new RegExp(`new certificate +0B1, expires .*, shown by ${name} at `));
  });

  test('pause, resume, sweep and audit work, and are in the audit log', async () => {
    const why = ['--reason', 'Okta is down'];
    expect((await recert(['pause', ...why])).out).toBe(
      'prod: renewals are paused. Run recert resume to resume them.',
    );
    expect((await recert(['pause', ...why])).out).toContain('already paused by oskar: Okta is down');
    expect((await recert(['status'])).out).toContain('Paused by oskar: Okta is down');
    expect((await recert(['resume', ...why])).out).toBe('prod: renewals are resumed.');
    expect((await recert(['resume', ...why])).out).toBe(
      'prod: nothing to resume (renewals are not paused, and no circuit breaker is open).',
    );
    expect((await recert(['sweep', '--what', 'full'])).out).toContain('Sweep (full) of prod requested');
    const jobs = await api.queues.sweep.getJobs(['wait']);
    expect(jobs.map(({ data }) => data)).toContainEqual({ v: 1, instance: 'prod', what: 'full' });
    const audit = await recert(['audit'], TOKENS.viewer);
    expect(audit.out).toMatch(/oskar \(operator\) +pause +– +Okta is down +done prod paused\./);
    const entries = (await json(['audit', '--limit', '3'])) as { action: string }[];
    expect(entries.map(({ action }) => action)).toEqual(['sweep', 'resume', 'resume']);
  });

  test('a viewer, and a request without a token, are refused with the text of the service', async () => {
    const viewer = await recert(['redistribute', '--serial', 'SERIAL1', ...reason], TOKENS.viewer);
    expect(viewer.code).toBe(EXIT.refused);
    expect(viewer.err).toContain('this requires the operator role; vera has the viewer role');
    const nobody = await run(['status', '--url', api.url]);
    expect(nobody.code).toBe(EXIT.refused);
    expect(nobody.err).toContain('`recert tokens create` creates a token');
    expect(nobody.err).not.toContain('sign in');
  });

  test('failures, settings and whoami print text and JSON, and CSV for spreadsheets', async () => {
    expect((await recert(['failures'])).out).toBe('No renewal has failed, and none is blocked.');
    await recert(['redistribute', '--id', '2', ...reason]);
    await onlyOne((id) => move(id, { state: 'needs-human' }));
    const failures = await recert(['failures']);
    expect(failures.code).toBe(EXIT.failed);
    expect(failures.out).toMatch(/1 Mac needs attention.*\n.*\n? .*SERIAL2 {2}mac-2 {2}Needs attention/su);

    const changed = await recert(['settings', 'okta', '--changed'], TOKENS.admin);
    expect(changed.out).toMatch(/instances\.prod\.profiles\.okta\.mode +act/u);
    expect(changed.out).not.toContain('default');
    expect(changed.out).not.toContain('instances.prod.url');
    expect((await recert(['settings'])).code).toBe(EXIT.refused);
    expect((await recert(['whoami'])).out).toBe('oskar: operator on all Jamf Pro servers');
    expect(await json(['whoami'])).toMatchObject({ name: 'oskar', role: 'operator' });

    const csv = await recert(['computers', '--expires-within', '14d', '--csv']);
    expect(csv.out.split('\r\n')).toHaveLength(3);
    expect(csv.out).toMatch(/^id,serialNumber,name,.*\r\n[24],SERIAL[24],mac-/u);
    expect((await recert(['redistributions', '--csv'])).out).toContain(',"oskar: locked out, INC-4711",');
    expect((await recert(['audit', '--csv'])).out).toContain(',"locked out, INC-4711",done,');
  });

  test('a Mac is assessed again on request, and events are printed live', async () => {
    const heard: string[] = [];
    const out = (text: string) => void heard.push(text);
    const live = recert(['live', '--for', '3s', '--json'], TOKENS.viewer, { out });
    await expect
      .poll(async () => {
        expect((await recert(['computers', 'look', 'SERIAL2'])).code).toBe(EXIT.done);
        return heard.length;
      })
      .toBeGreaterThan(0);
    expect((await live).code).toBe(EXIT.done);
    expect(JSON.parse(heard[0] ?? '')).toMatchObject({ topic: 'everything', instance: 'prod' });
    expect((await recert(['computers', 'look', 'NOBODY'])).code).toBe(EXIT.notFound);
  });

  test('a serial number that two Macs have is refused with both IDs', async () => {
    const record = (id: string) => mac(id, 5, api.now(), { serialNumber: 'DUPE' });
    await api.save(record('120'), record('305'));
    for (const words of [['show'], ['look']]) {
      const { code, err } = await recert(['computers', ...words, 'DUPE']);
      expect([code, err]).toEqual([EXIT.refused, expect.stringContaining('IDs 305, 120')]);
    }
    const { code, err } = await recert(['redistribute', '--serial', 'DUPE', ...reason]);
    expect([code, err]).toEqual([EXIT.refused, expect.stringMatching(/ID 305 .*ID 120 /)]);
    expect((await recert(['computers', '--serial', 'DUPE'])).out).toMatch(/305[^]*120/);
    const list = await recert(['events', 'list', '--serial', 'DUPE']);
    expect([list.code, list.err]).toEqual([EXIT.usage, expect.stringContaining('Use the ID instead')]);
    expect((await recert(['events', 'list', '--serial', 'DUPE', '--id', '120'])).code).toBe(EXIT.done);
  });

  test('the URL and the token are read from the environment, and the token also from a file', async () => {
    const environment = { RECERT_URL: api.url, RECERT_TOKEN: TOKENS.viewer };
    expect((await run(['computers', '--json'], { environment })).code).toBe(EXIT.done);
    const noFile = { RECERT_URL: api.url, RECERT_TOKEN_FILE: '/nowhere/token' };
    const said = await run(['computers'], { environment: noFile });
    expect(said.code).toBe(EXIT.usage);
    expect(said.err).toContain('Cannot read RECERT_TOKEN_FILE');
  });

  test('errors with --json are JSON, with the response of the service', async () => {
    const { code, err, out } = await recert(['redistribute', '--id', '3', ...reason, '--json']);
    expect(code).toBe(EXIT.refused);
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({
      exitCode: EXIT.refused,
      problem: { status: 409, results: [{ reason: 'out-of-scope' }] },
    });
  });
});

describe('recert without a service', () => {
  test('reports a service that is not reachable, or that is not Recert', async () => {
    const { code, err } = await run(['status', '--url', 'http://127.0.0.1:9']);
    expect(code).toBe(EXIT.unreachable);
    expect(err).toContain('http://127.0.0.1:9 cannot be reached');
    const odd = await run(['status', '--url', 'ftp://example.com']);
    expect(odd.code).toBe(EXIT.usage);
  });

  test.each([
    [['redistribute', ...reason], 'Select Macs'],
    [['redistribute', '--serial', 'X'], "required option '--reason <why>'"],
    [['redistribute', '--serial', 'X', ...reason, '--within', 'soon'], '--within: write a duration'],
    [['computers', '--state', 'fine'], "argument 'fine' is invalid. Allowed choices are healthy, due"],
    [['computers', '--limit', 'many'], '--limit: must be a whole number from 1 to 10,000'],
    [['computers', '--limit', '0'], '--limit: must be a whole number from 1 to 10,000'],
    [['simulate', '--away', 'many'], '--away: must be a share from 0 to 1'],
    [['redistributions', 'show', ''], 'recert redistributions show: an argument is empty'],
    [['redistributions', 'list', '--limit', '0'], 'recert redistributions list --help shows the usage'],
    [['status', '--token', 'recert_\u{1F600}'], 'The token contains invalid characters'],
    [['fly'], "unknown command 'fly'"],
  ])('refuses %o as a usage error', async (words, sentence) => {
    const { code, err } = await run(words);
    expect(code).toBe(EXIT.usage);
    expect(err).toContain(sentence);
  });

  test.each([
    [['fly'], "unknown command 'fly'"],
    [['profiles'], 'No command was given'],
    [['pause'], "required option '--reason <why>' not specified"],
    [['computers', '--state', 'fine'], 'Allowed choices are healthy, due'],
    [['computers', '--limit', 'many'], '--limit: must be a whole number from 1 to 10,000'],
    [['config', 'check'], 'RECERT_CONFIG'],
  ])('refuses %o with --json as one JSON document', async (words, sentence) => {
    const { code, out, err } = await run([...words, '--json']);
    expect([code, out]).toEqual([EXIT.usage, '']);
    expect(JSON.parse(err)).toEqual({
      error: expect.stringContaining(sentence) as unknown,
      exitCode: EXIT.usage,
    });
  });

  test('help and version succeed', async () => {
    const help = await run(['redistribute', '--help']);
    expect(help.code).toBe(EXIT.done);
    expect(help.out).toContain('Examples:');
    expect(help.out).toContain('Global Options:');
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
