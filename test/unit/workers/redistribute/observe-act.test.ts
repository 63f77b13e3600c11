import { describe, expect, it } from 'vitest';
import { type WakePorts, wakeObserved } from '../../../../src/application/redistribution/wake-observed.js';
import { judgeRequest } from '../../../../src/domain/redistribution/request/request.js';
import { assess } from '../../../../src/domain/assess.js';
import { certificateOf, DAY, IDS, START } from '../../../support/redistribution/fixtures.js';
import { requestRedistribution } from '../../../support/redistribution/actions.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

const MACS = 20;
/** The IDs of the Macs whose certificate has expired, the longest expired first. They are neither the first nor the last that are read. */
const EXPIRED = ['13', '7', '18'];

const leftOf = (id: string) => {
  const nth = EXPIRED.indexOf(id);
  return nth === -1 ? (30 - Number(id)) * DAY : (nth - EXPIRED.length) * DAY;
};

async function enrolAll(environment: TestEnvironment): Promise<void> {
  for (let mac = 1; mac <= MACS; mac += 1) {
    const id = String(mac);
    const dates = { serialNumber: `OLD-${id}`, issuedAt: START - 340 * DAY, expiresAt: START + leftOf(id) };
    await environment.enroll(id, { certificates: [certificateOf('blue', dates)] });
  }
}

/** Twenty Macs that observe mode blocks. Then the mode changes to act. */
async function changedToAct(): Promise<TestEnvironment> {
  const environment = createEnvironment({ mode: 'observe', canary: [1, 5, 25], window: 40 * DAY });
  await enrolAll(environment);
  await runAll(environment);
  expect([...environment.store.records.values()].map(({ blocked }) => blocked?.reason)).toEqual(
    Array.from({ length: MACS }, () => 'observe'),
  );
  environment.watched = { ...environment.watched, policy: { ...environment.watched.policy, mode: 'act' } };
  environment.promoted.length = 0;
  return environment;
}

/** Redistributions that are blocked for a reason, in arbitrary order. They fit on one page. */
const blockedPage: (environment: TestEnvironment) => WakePorts['redistributions']['page'] =
  (environment) => (_instance, query) => {
    const all = [...environment.store.records.values()];
    return Promise.resolve({
      redistributions: all.filter(({ blocked }) => blocked?.reason === query?.reason),
      cursor: null,
    });
  };

const macOf = (environment: TestEnvironment, id: string) =>
  environment.store.records.get(id)?.computerId ?? '';
const wake = (environment: TestEnvironment) =>
  wakeObserved(
    {
      profiles: { watchedProfiles: () => Promise.resolve({ watched: [environment.watched], missing: [] }) },
      redistributions: {
        ...environment.store,
        blockedFor: () => Promise.resolve({ count: 1, oldest: null }),
        page: blockedPage(environment),
      },
      limits: environment.limits,
      producers: environment.considerDeps.producers,
      now: environment.now,
    },
    'prod',
  );

/** Runs every open job once, in reverse order of their IDs: the order of jobs is not the order of urgency. */
async function runAll(environment: TestEnvironment): Promise<void> {
  for (const { id, closedAt } of [...environment.store.records.values()].reverse())
    if (closedAt === null) await environment.runJob(id);
}

const triggered = ({ jamf }: TestEnvironment) =>
  jamf.writes.filter((call) => call.endsWith(`to ${IDS.joinGreen}`)).map((call) => call.split(' ')[1]);

describe('a change from observe to act', () => {
  it('wakes all redistributions that observe mode blocked, the most urgent first', async () => {
    const environment = await changedToAct();
    expect(await wake(environment)).toBe(MACS);
    const woken = environment.promoted.map((id) => macOf(environment, id));
    expect(woken.slice(0, 3)).toEqual(EXPIRED);
    expect(new Set(woken).size).toBe(MACS);
  });

  it('starts the most urgent one first, whichever job runs first, and also in the canary', async () => {
    const environment = await changedToAct();
    await wake(environment);
    await runAll(environment);
    expect(triggered(environment)).toEqual(EXPIRED.slice(0, 1));
    // The first wave is proven, and the next one has five slots: each redistribution that takes one wakes the next of the wait queue.
    environment.promoted.length = 0;
    environment.jamf.deliver('13');
    await environment.runUntilDone({
      id: [...environment.store.records.values()].find(({ computerId }) => computerId === '13')?.id ?? '',
      until: ({ state }) => state === 'verified',
    });
    for (let id = environment.promoted.shift(); id !== undefined; id = environment.promoted.shift())
      await environment.runJob(id);
    expect(triggered(environment).slice(0, 3)).toEqual(EXPIRED);
    expect(triggered(environment)).toHaveLength(6);
  });

  it.each([
    ['observe mode blocked', changedToAct],
    [
      'was just opened',
      async () => {
        const environment = createEnvironment({ canary: [1, 5, 25], window: 40 * DAY });
        await enrolAll(environment);
        return environment;
      },
    ],
  ])('keeps the queue position of a Mac that must be read first and %s', async (_what, create) => {
    const environment = await create();
    environment.clock.at += DAY / 2;
    for (let mac = 1; mac <= MACS; mac += 1) {
      const truth = environment.jamf.mac(String(mac));
      truth.reported = { ...truth.reported, lastContactAt: environment.clock.at };
      if (String(mac) !== '13') await environment.assessMac(String(mac));
    }
    const known = environment.known.get('13');
    if (known) environment.known.set('13', { ...known, lastContactAt: environment.clock.at });
    await wake(environment);
    await runAll(environment);
    expect(triggered(environment)).toEqual([]);
    expect(environment.hinted.has('13')).toBe(true);
    await environment.assessMac('13');
    await runAll(environment);
    expect(triggered(environment)).toEqual(['13']);
  });

  it('is not required for the order: redistributions that one sweep opens start by urgency, whichever job runs first', async () => {
    const environment = createEnvironment({ canary: [1, 5, 25], window: 40 * DAY });
    await enrolAll(environment);
    await runAll(environment);
    expect(triggered(environment)).toEqual(EXPIRED.slice(0, 1));
  });

  it('wakes nothing while the mode is observe', async () => {
    const environment = await changedToAct();
    environment.watched = {
      ...environment.watched,
      policy: { ...environment.watched.policy, mode: 'observe' },
    };
    expect(await wake(environment)).toBe(0);
    expect(environment.promoted).toEqual([]);
  });
});

describe('a request of an operator', () => {
  it('takes over a redistribution that observe mode blocked, and starts first', async () => {
    const environment = createEnvironment({ mode: 'observe' });
    await environment.enroll();
    await environment.runJob();
    environment.watched = { ...environment.watched, policy: { ...environment.watched.policy, mode: 'act' } };
    await requestRedistribution(environment);
    expect(environment.latestRecord().cause).toMatchObject({ kind: 'manual', by: 'ada' });
    await environment.runJob();
    expect(triggered(environment)).toEqual(['1']);
  });

  it('does not take over a redistribution that waits for a command of the Mac', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    environment.jamf.sendByAdmin('1');
    await environment.runJob();
    const open = environment.latestRecord();
    expect(open.blocked?.reason).toBe('pending-command');
    const computer = environment.known.get('1') ?? null;
    const { watched } = environment;
    const now = environment.now();
    const assessment = computer && assess(computer, watched, now);
    const overrides = { hourlyCap: true, canary: true };
    expect(judgeRequest({ computer, assessment, watched, open, paused: null, overrides, now })).toMatchObject(
      { allowed: false, reason: 'open' },
    );
  });
});
