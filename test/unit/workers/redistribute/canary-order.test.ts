import { describe, expect, it } from 'vitest';
import { gatherEvidence, loadFacts } from '../../../../src/application/redistribution/run/gather-evidence.js';
import { wakeFirst } from '../../../../src/application/redistribution/run/wake-next.js';
import type { ChosenCapacity } from '../../../../src/domain/capacity/chosen.js';
import { ask } from '../../../support/redistribution/actions.js';
import { certificateOf, DAY, IDS, START } from '../../../support/redistribution/fixtures.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';

const MINUTE = 60_000;
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
function createUnread(chosen: ChosenCapacity | null = null): Stage {
  const stage = createStage({ canary: [1, 5], window: 40 * DAY });
  stage.watched = { ...stage.watched, chosen };
  return stage;
}

/** Reads one page of a sweep: each Mac with the time that its certificate has left. */
async function readPage(stage: Stage, macs: Readonly<Record<string, number>>): Promise<void> {
  for (const [id, left] of Object.entries(macs)) {
    const dates = { serialNumber: `OLD-${id}`, issuedAt: START - 340 * DAY, expiresAt: START + left };
    await stage.enrol(id, { certificates: [certificateOf('blue', dates)] });
  }
}

async function runAll(stage: Stage): Promise<void> {
  for (const { id, closedAt } of [...stage.store.records.values()])
    if (closedAt === null) await stage.drive(id);
}

const triggered = ({ jamf }: Stage) =>
  jamf.writes.filter((call) => call.endsWith(`to ${IDS.joinGreen}`)).map((call) => call.split(' ')[1]);

describe('the canary during the first full sweep', () => {
  it('starts with the most urgent certificate of all pages', async () => {
    const stage = createUnread();
    await readPage(stage, { '1': 20 * DAY, '2': 15 * DAY });
    await runAll(stage);
    expect(triggered(stage)).toEqual([]);
    expect([...stage.store.records.values()].map(({ blocked }) => blocked?.reason)).toEqual([
      'canary',
      'canary',
    ]);
    await readPage(stage, { '3': 10 * DAY, '4': DAY });
    await runAll(stage);
    expect(triggered(stage)).toEqual([]);

    stage.watched = { ...stage.watched, chosen: CHOSEN };
    stage.promoted.length = 0;
    await wakeFirst(
      { limits: stage.limits, redistributions: stage.store, producers: stage.considerDeps.producers },
      'prod',
      'okta',
    );
    expect(stage.promoted.map((id) => stage.store.records.get(id)?.computerId)).toEqual(['4', '3']);
    await runAll(stage);
    expect(triggered(stage)).toEqual(['4']);
  });

  it('starts without the end of the sweep when the certificate leaves no more time', async () => {
    const stage = createUnread();
    await readPage(stage, { '1': 10 * 60 * MINUTE });
    await stage.drive();
    const { openedAt, wakeAt } = stage.only();
    expect(triggered(stage)).toEqual([]);
    expect(wakeAt).toBeLessThanOrEqual(openedAt + 30 * MINUTE);
    stage.clock.at = openedAt + 30 * MINUTE;
    await stage.look('1');
    await stage.drive();
    expect(triggered(stage)).toEqual(['1']);
  });

  it('does not hold a request of a person', async () => {
    const stage = createUnread();
    await readPage(stage, { '1': 20 * DAY });
    await ask(stage);
    await stage.drive();
    expect(triggered(stage)).toEqual(['1']);
  });
});

describe('the expiry that limits how long a canary place waits', () => {
  async function nextExpiry(stage: Stage): Promise<number | null | undefined> {
    const worker = stage.process();
    const client = stage.jamf.client();
    const { watched } = stage;
    const lock = { lastsMs: MINUTE, hold: () => Promise.resolve(true) };
    const record = stage.only();
    const evidence = { ...(await loadFacts(worker, record, watched)) };
    await gatherEvidence(worker, { record, watched, client, groups: worker.groups, lock }, evidence, [
      { what: 'next-expiry' },
    ]);
    return 'nextExpiresAt' in evidence ? (evidence.nextExpiresAt as number | null) : undefined;
  }

  it('is the earliest in the wait queue, also behind a batch of requests', async () => {
    const stage = createUnread(CHOSEN);
    await readPage(stage, { '1': 12 * DAY, '2': 3 * DAY });
    for (const { id, computerId, baseline } of [...stage.store.records.values()])
      if (computerId === '2')
        await stage.limits.queue('prod', 'okta', [{ id, rank: baseline.expiresAt ?? 0 }], START + DAY);
    for (let nth = 0; nth < 30; nth += 1) {
      const id = `manual-${String(nth)}`;
      stage.store.records.set(id, {
        ...stage.only(),
        id,
        computerId: `9${String(nth)}`,
        cause: { kind: 'manual', by: 'ada', reason: 'batch', overrides: { hourlyCap: false } },
        baseline: { serialNumber: id, expiresAt: START + 200 * DAY, at: START },
      });
      await stage.limits.queue('prod', 'okta', [{ id, rank: 0 }], START + DAY);
    }
    expect(await nextExpiry(stage)).toBe(START + 3 * DAY);
  });

  it('is unknown when none waits', async () => {
    const stage = createUnread(CHOSEN);
    await readPage(stage, { '1': 12 * DAY });
    stage.store.line.clear();
    expect(await nextExpiry(stage)).toBeNull();
  });
});
