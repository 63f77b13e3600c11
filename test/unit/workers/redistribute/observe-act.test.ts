import { describe, expect, it } from 'vitest';
import { type WakePorts, wakeObserved } from '../../../../src/application/redistribution/wake-observed.js';
import { judgeRequest } from '../../../../src/domain/redistribution/request/request.js';
import { assess } from '../../../../src/domain/assess.js';
import { certificateOf, DAY, IDS, START } from '../../../support/redistribution/fixtures.js';
import { ask } from '../../../support/redistribution/actions.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';

const MACS = 20;
/** The IDs of the Macs whose certificate has expired, the longest expired first. They are neither the first nor the last that are read. */
const EXPIRED = ['13', '7', '18'];

const leftOf = (id: string) => {
  const nth = EXPIRED.indexOf(id);
  return nth === -1 ? (30 - Number(id)) * DAY : (nth - EXPIRED.length) * DAY;
};

async function enrolAll(stage: Stage): Promise<void> {
  for (let mac = 1; mac <= MACS; mac += 1) {
    const id = String(mac);
    const dates = { serialNumber: `OLD-${id}`, issuedAt: START - 340 * DAY, expiresAt: START + leftOf(id) };
    await stage.enrol(id, { certificates: [certificateOf('blue', dates)] });
  }
}

/** Twenty Macs that observe mode blocks, and the mode changed to act. */
async function changedToAct(): Promise<Stage> {
  const stage = createStage({ mode: 'observe', canary: [1, 5, 25], window: 40 * DAY });
  await enrolAll(stage);
  await runAll(stage);
  expect([...stage.store.records.values()].map(({ blocked }) => blocked?.reason)).toEqual(
    Array.from({ length: MACS }, () => 'observe'),
  );
  stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: 'act' } };
  stage.promoted.length = 0;
  return stage;
}

/** The one page of the redistributions that are blocked for a reason, in no useful order. */
const blockedPage: (stage: Stage) => WakePorts['redistributions']['page'] = (stage) => (_instance, query) => {
  const all = [...stage.store.records.values()];
  return Promise.resolve({
    redistributions: all.filter(({ blocked }) => blocked?.reason === query?.reason),
    cursor: null,
  });
};

const macOf = (stage: Stage, id: string) => stage.store.records.get(id)?.computerId ?? '';
const wake = (stage: Stage) =>
  wakeObserved(
    {
      profiles: { watchedProfiles: () => Promise.resolve({ watched: [stage.watched], missing: [] }) },
      redistributions: {
        ...stage.store,
        blockedFor: () => Promise.resolve({ count: 1, oldest: null }),
        page: blockedPage(stage),
      },
      limits: stage.limits,
      producers: stage.considerDeps.producers,
      now: stage.now,
    },
    'prod',
  );

/** Runs every open job once, in the order of their IDs reversed: the order of jobs is not the order of urgency. */
async function runAll(stage: Stage): Promise<void> {
  for (const { id, closedAt } of [...stage.store.records.values()].reverse())
    if (closedAt === null) await stage.drive(id);
}

const triggered = ({ jamf }: Stage) =>
  jamf.writes.filter((call) => call.endsWith(`to ${IDS.joinGreen}`)).map((call) => call.split(' ')[1]);

describe('a change from observe to act', () => {
  it('wakes all that observe mode blocked, the most urgent first', async () => {
    const stage = await changedToAct();
    expect(await wake(stage)).toBe(MACS);
    const woken = stage.promoted.map((id) => macOf(stage, id));
    expect(woken.slice(0, 3)).toEqual(EXPIRED);
    expect(new Set(woken).size).toBe(MACS);
  });

  it('starts the most urgent one first, whichever job runs first, the canary included', async () => {
    const stage = await changedToAct();
    await wake(stage);
    await runAll(stage);
    expect(triggered(stage)).toEqual(EXPIRED.slice(0, 1));
    // The first wave is proven, and the next one has five places: each that is taken wakes the next ones of the wait queue.
    stage.promoted.length = 0;
    stage.jamf.deliver('13');
    await stage.live({
      id: [...stage.store.records.values()].find(({ computerId }) => computerId === '13')?.id ?? '',
      until: ({ state }) => state === 'verified',
    });
    for (let id = stage.promoted.shift(); id !== undefined; id = stage.promoted.shift())
      await stage.drive(id);
    expect(triggered(stage).slice(0, 3)).toEqual(EXPIRED);
    expect(triggered(stage)).toHaveLength(6);
  });

  it.each([
    ['observe mode blocked', changedToAct],
    [
      'was just opened',
      async () => {
        const stage = createStage({ canary: [1, 5, 25], window: 40 * DAY });
        await enrolAll(stage);
        return stage;
      },
    ],
  ])('keeps the place of a Mac that must be read first and %s', async (_what, create) => {
    const stage = await create();
    stage.clock.at += DAY / 2;
    for (let mac = 1; mac <= MACS; mac += 1) {
      const truth = stage.jamf.mac(String(mac));
      truth.reported = { ...truth.reported, lastContactAt: stage.clock.at };
      if (String(mac) !== '13') await stage.look(String(mac));
    }
    const known = stage.known.get('13');
    if (known) stage.known.set('13', { ...known, lastContactAt: stage.clock.at });
    await wake(stage);
    await runAll(stage);
    expect(triggered(stage)).toEqual([]);
    expect(stage.asked.has('13')).toBe(true);
    await stage.look('13');
    await runAll(stage);
    expect(triggered(stage)).toEqual(['13']);
  });

  it('is not needed for the order: what one sweep opens starts by urgency, whichever job runs first', async () => {
    const stage = createStage({ canary: [1, 5, 25], window: 40 * DAY });
    await enrolAll(stage);
    await runAll(stage);
    expect(triggered(stage)).toEqual(EXPIRED.slice(0, 1));
  });

  it('does nothing while the mode is observe', async () => {
    const stage = await changedToAct();
    stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: 'observe' } };
    expect(await wake(stage)).toBe(0);
    expect(stage.promoted).toEqual([]);
  });
});

describe('a request of a person', () => {
  it('takes over what observe mode blocked, and is first', async () => {
    const stage = createStage({ mode: 'observe' });
    await stage.enrol();
    await stage.drive();
    stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: 'act' } };
    await ask(stage);
    expect(stage.only().cause).toMatchObject({ kind: 'manual', by: 'ada' });
    await stage.drive();
    expect(triggered(stage)).toEqual(['1']);
  });

  it('does not take over what waits for a command of the Mac', async () => {
    const stage = createStage();
    await stage.enrol();
    stage.jamf.sendBySomebody('1');
    await stage.drive();
    const open = stage.only();
    expect(open.blocked?.reason).toBe('pending-command');
    const computer = stage.known.get('1') ?? null;
    const { watched } = stage;
    const now = stage.now();
    const assessment = computer && assess(computer, watched, now);
    const overrides = { hourlyCap: true, canary: true };
    expect(judgeRequest({ computer, assessment, watched, open, paused: null, overrides, now })).toMatchObject(
      { allowed: false, reason: 'open' },
    );
  });
});
