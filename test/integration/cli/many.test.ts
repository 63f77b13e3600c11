import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { recert as run } from '../../support/cli.js';
import { mac, startApi, type TestApi, TOKENS } from '../api/support.js';

const why = ['--reason', 'the CA is back, INC-4712'];

/** The certificates of Macs 1 to 12 expire in five days, 13 is healthy, 14 is not managed. */
let api: TestApi;
beforeEach(async () => {
  api = await startApi({ fleet: false });
  const due = Array.from({ length: 12 }, (_, index) => mac(String(index + 1), 5, api.now()));
  await api.save(...due, mac('13', 200, api.now()), mac('14', 5, api.now(), { managed: false }));
});
afterEach(() => api.close());

const recert = (words: readonly string[], more = {}, token: string = TOKENS.operator) =>
  run([...words, '--url', api.url, '--token', token], { now: api.now, ...more });

const opened = async () => {
  const { out } = await recert(['redistributions', '--limit', '500', '--json']);
  return JSON.parse(out) as { id: string; computer: { id: string } }[];
};

/** Does the work of a worker: completes the redistributions of the first `count` Macs. */
async function end(count: number, state: 'verified' | 'needs-human'): Promise<void> {
  const store = createRedistributionStore({ redis: api.redis, key: keysUnder('recert') });
  for (const { id } of (await opened()).slice(0, count)) {
    const record = await store.read('prod', id);
    if (record && record.closedAt === null)
      await store.compareAndSet(record, { ...record, state, since: api.now(), closedAt: api.now() });
  }
}

describe('redistribute with a filter', () => {
  const all = ['redistribute', '--expires-within', '14d', ...why];

  test('previews the Macs, cost, duration and refusals, and changes nothing', async () => {
    const { code, err, out } = await recert([...all, '--dry-run']);
    expect([code, out]).toEqual([EXIT.pending, '']);
    expect(err).toMatch(/SERIAL1 +mac-1 +okta /u);
    expect(err).toContain('12 Macs would be redistributed, 1 refused.');
    expect(err).toMatch(/1 refused \(unmanaged\), for example: mac-14 is not managed by Jamf Pro/u);
    expect(err).toMatch(/12 certificates from the CA, at most 50 per hour, 100 in progress at once/u);
    expect(err).toMatch(/at most 1,140 Jamf Pro API calls\n +estimated completion in \S+ \(20/u);
    expect(err).toContain('repeat the command with --typed-count 12.');
    const machine = await recert([...all, '--dry-run', '--json']);
    expect(JSON.parse(machine.out)).toMatchObject({ dryRun: true, accepted: 12, load: { issuances: 12 } });
    expect(await opened()).toEqual([]);
  });

  test('does nothing when no one can confirm, or when another number is entered', async () => {
    expect((await recert(all)).code).toBe(EXIT.pending);
    expect((await recert([...all, '--typed-count', '11'])).code).toBe(EXIT.refused);
    expect((await recert([...all, '--typed-count', 'all'])).code).toBe(EXIT.usage);
    const wrong = await recert(all, { ask: () => Promise.resolve('yes') });
    expect(wrong.code).toBe(EXIT.refused);
    expect(wrong.err).toContain('yes was typed. Nothing was changed');
    expect((await recert(all, {}, TOKENS.viewer)).code).toBe(EXIT.refused);
    expect(await opened()).toEqual([]);
  });

  test('redistributes when the number is entered, shows a progress bar, and counts the results', async () => {
    const asked: string[] = [];
    const lines: string[] = [];
    const steps = [() => end(5, 'verified'), () => end(12, 'verified')];
    const { code, out, err } = await recert([...all, '--wait'], {
      ask: (question: string) => Promise.resolve(asked.push(question) > 0 ? '12' : null),
      changeLine: (text: string) => void lines.push(text),
      wait: async () => {
        if ((await opened()).length === 12) await steps.shift()?.();
      },
    });
    expect(asked).toEqual(['Type 12 to redistribute to 12 Macs: ']);
    expect([code, out]).toEqual([EXIT.done, '12 accepted: 12 Verified']);
    expect(lines.join('\n')).toMatch(/Verified {2}█{10}░{14} {2}5 of 12 .*7 due/u);
    expect(lines.at(-1)).toBe('');
    const id = /Batch (\S+): 12 Macs/u.exec(err)?.[1] ?? '';
    const list = await recert(['batches']);
    expect(list.out).toMatch(new RegExp(`${id} +20.*oskar +12 +12 +opened .*the CA is back, INC-4712`, 'u'));
    expect((await recert(['batches', 'show', id])).out).toMatch(/verified +12\n/u);
    expect((await recert(['redistributions', '--batch', id, '--csv'])).out.split('\r\n')).toHaveLength(13);
    expect((await recert(['batches', 'cancel', id, ...why])).code).toBe(EXIT.refused);
    expect((await recert(['batches', 'show', 'nope'])).code).toBe(EXIT.notFound);
  });

  test('creates a batch that can be canceled', async () => {
    const begun = await recert([...all, '--typed-count', '12', '--json']);
    const { batch } = JSON.parse(begun.out) as { batch: { id: string } };
    await expect.poll(async () => (await opened()).length).toBe(12);
    const stopped = await recert(['batches', 'cancel', batch.id, ...why]);
    expect(stopped.out).toContain('Cancellation requested');
    await expect.poll(async () => (await recert(['batches', 'show', batch.id])).out).toContain('canceled');
  });

  test('tries all failed Macs again, or those of one cause', async () => {
    expect((await recert(['redistribute', '--failed', ...why])).err).toContain('No Mac matches.');
    await recert(['redistribute', '--id', '1', '2', ...why]);
    await end(2, 'needs-human');
    const failures = await recert(['failures', '--json']);
    const [group] = (JSON.parse(failures.out) as { groups: { id: string }[] }).groups;
    for (const failed of [['--failed'], ['--failed', group?.id ?? '']]) {
      const { code, err } = await recert(['redistribute', ...failed, ...why, '--dry-run']);
      expect([code, err]).toEqual([EXIT.pending, expect.stringContaining('2 Macs would be redistributed')]);
    }
    const again = await recert(['redistribute', '--failed', ...why, '--typed-count', '2']);
    expect(again.code).toBe(EXIT.done);
  });
});

test.each([
  [['redistribute', ...why]],
  [['redistribute', '--id', '1', '--state', 'due', ...why]],
  [['redistribute', '--failed', '--whole-scope', '12', ...why]],
])('%j selects no Macs or too many criteria, which is a usage error', async (words) => {
  const { code, err } = await recert(words);
  expect([code, err]).toEqual([EXIT.usage, expect.stringContaining('Select Macs')]);
});
