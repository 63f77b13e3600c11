import { describe, expect, it } from 'vitest';
import { gatherEvidence, loadFacts } from '../../../../src/application/redistribution/run/gather-evidence.js';
import { wakeFirst } from '../../../../src/application/redistribution/run/wake-next.js';
import type { ChosenCapacity } from '../../../../src/domain/capacity/chosen.js';
import { requestRedistribution } from '../../../support/redistribution/actions.js';
import { certificateOf, DAY, IDS, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

const CHOSEN: ChosenCapacity = {
  hourlyCap: 20,
  inFlight: 20,
  caLimit: 600,
  leads: [],
  why: [],
  shortage: null,
  at: START,
};

/** A worker in act mode whose first full sweep has not read all pages yet. */
function createUnread(chosen: ChosenCapacity | null = null): TestEnvironment {
  const environment = createEnvironment({ canary: [1, 5], window: 40 * DAY });
  environment.watched = { ...environment.watched, chosen };
  return environment;
}

/** Reads one page of a sweep: each Mac with the time that its certificate has left. */
async function readPage(environment: TestEnvironment, macs: Readonly<Record<string, number>>): Promise<void> {
  for (const [id, left] of Object.entries(macs)) {
    const dates = { serialNumber: `OLD-${id}`, issuedAt: START - 340 * DAY, expiresAt: START + left };
    await environment.enroll(id, { certificates: [certificateOf('blue', dates)] });
  }
}

async function runAll(environment: TestEnvironment): Promise<void> {
  for (const { id, closedAt } of [...environment.store.records.values()])
    if (closedAt === null) await environment.runJob(id);
}

const triggered = ({ jamf }: TestEnvironment) =>
  jamf.writes.filter((call) => call.endsWith(`to ${IDS.joinGreen}`)).map((call) => call.split(' ')[1]);

describe('the canary during the first full sweep', () => {
  it('starts with the most urgent certificate of all pages', async () => {
    const environment = createUnread();
    await readPage(environment, { '1': 20 * DAY, '2': 15 * DAY });
    await runAll(environment);
    expect(triggered(environment)).toEqual([]);
    expect([...environment.store.records.values()].map(({ blocked }) => blocked?.reason)).toEqual([
      'canary',
      'canary',
    ]);
    await readPage(environment, { '3': 10 * DAY, '4': DAY });
    await runAll(environment);
    expect(triggered(environment)).toEqual([]);

    environment.watched = { ...environment.watched, chosen: CHOSEN };
    environment.promoted.length = 0;
    await wakeFirst(
      {
        limits: environment.limits,
        redistributions: environment.store,
        producers: environment.considerDeps.producers,
      },
      'prod',
      'okta',
    );
    expect(environment.promoted.map((id) => environment.store.records.get(id)?.computerId)).toEqual([
      '4',
      '3',
    ]);
    await runAll(environment);
    expect(triggered(environment)).toEqual(['4']);
  });

  it('starts without the end of the sweep when the certificate leaves no more time', async () => {
    const environment = createUnread();
    await readPage(environment, { '1': 10 * 60 * MINUTE });
    await environment.runJob();
    const { openedAt, wakeAt } = environment.latestRecord();
    expect(triggered(environment)).toEqual([]);
    expect(wakeAt).toBeLessThanOrEqual(openedAt + 30 * MINUTE);
    environment.clock.at = openedAt + 30 * MINUTE;
    await environment.assessMac('1');
    await environment.runJob();
    expect(triggered(environment)).toEqual(['1']);
  });

  it('does not hold a request of a person', async () => {
    const environment = createUnread();
    await readPage(environment, { '1': 20 * DAY });
    await requestRedistribution(environment);
    await environment.runJob();
    expect(triggered(environment)).toEqual(['1']);
  });
});

describe('the expiry that limits how long a canary place waits', () => {
  async function nextExpiry(environment: TestEnvironment): Promise<number | null | undefined> {
    const worker = environment.process();
    const client = environment.jamf.client();
    const { watched } = environment;
    const lock = { lastsMs: MINUTE, hold: () => Promise.resolve(true) };
    const record = environment.latestRecord();
    const evidence = { ...(await loadFacts(worker, record, watched)) };
    await gatherEvidence(worker, { record, watched, client, groups: worker.groups, lock }, evidence, [
      { what: 'next-expiry' },
    ]);
    return 'nextExpiresAt' in evidence ? (evidence.nextExpiresAt as number | null) : undefined;
  }

  it('is the earliest in the wait queue, also behind a batch of requests', async () => {
    const environment = createUnread(CHOSEN);
    await readPage(environment, { '1': 12 * DAY, '2': 3 * DAY });
    for (const { id, computerId, baseline } of [...environment.store.records.values()])
      if (computerId === '2')
        await environment.limits.queue('prod', 'okta', [{ id, rank: baseline.expiresAt ?? 0 }], START + DAY);
    for (let nth = 0; nth < 30; nth += 1) {
      const id = `manual-${String(nth)}`;
      environment.store.records.set(id, {
        ...environment.latestRecord(),
        id,
        computerId: `9${String(nth)}`,
        cause: { kind: 'manual', by: 'ada', reason: 'batch', overrides: { hourlyCap: false } },
        baseline: { serialNumber: id, expiresAt: START + 200 * DAY, at: START },
      });
      await environment.limits.queue('prod', 'okta', [{ id, rank: 0 }], START + DAY);
    }
    expect(await nextExpiry(environment)).toBe(START + 3 * DAY);
  });

  it('is unknown when none waits', async () => {
    const environment = createUnread(CHOSEN);
    await readPage(environment, { '1': 12 * DAY });
    environment.store.line.clear();
    expect(await nextExpiry(environment)).toBeNull();
  });
});
