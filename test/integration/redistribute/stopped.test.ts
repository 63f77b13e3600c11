import { describe, expect, it } from 'vitest';
import { createLimitStore } from '../../../src/store/limits/limits.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { safetyLimitPolicyOf } from '../../../src/domain/redistribution/safety-limits/policy.js';
import { DAY, watchedOf } from '../../support/redistribution/fixtures.js';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { requestsTo, type WorkerChild } from '../workers/support.js';
import { OVERLAP, type TestEnvironment, startEnvironment } from './environment.js';

const DUE = 12;

/** One connection and slow reads: a write waits for a slot, for longer than freezing the worker takes. */
async function begin() {
  const environment = await startEnvironment({
    simulator: { fleet: { computers: DUE, due: DUE } },
    // The write still waits when the worker continues: it does not time out first, even on a slow machine.
    instance: { maxConnections: 1, timeout: '5m' },
    okta: { overlap: OVERLAP, hourlyCap: 1_000, waits: { poll: '200ms' } },
  });
  const http = [{ kind: 'latency', fixed: '250ms', methods: ['GET'], path: '^/(api|JSSResource)' }];
  await fetch(`${environment.simulator.controlUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ http }),
  });
  return { environment, worker: await environment.startWorker() };
}

/** Requests that change data in Jamf Pro, except blank pushes. */
async function writes({ simulator }: TestEnvironment): Promise<readonly string[]> {
  const requests = await requestsTo(simulator);
  return requests.filter((request) => !/^GET |oauth|blank-push/.test(request));
}

/** Whether the trigger of a Mac was decided and has not reached Jamf Pro. */
async function isQueued({ records, members }: TestEnvironment): Promise<boolean> {
  const joined = members(OVERLAP.joinGreen).map(String);
  const all = await records();
  return all.some(({ intent, computerId }) => intent?.purpose === 'trigger' && !joined.includes(computerId));
}

/** Freezes the worker while it has a waiting write. */
async function freeze(environment: TestEnvironment, worker: WorkerChild): Promise<void> {
  await environment.eventually(async () => {
    // The first check may see a write whose preparation still needs Redis. The second check sees it wait.
    if (!(await isQueued(environment))) return false;
    await writes(environment);
    if (!(await isQueued(environment))) return false;
    worker.signal('SIGSTOP');
    // After this, everything that was sent before has arrived.
    await writes(environment);
    await writes(environment);
    if (await isQueued(environment)) return true;
    worker.signal('SIGCONT');
    return false;
  });
}

/** Waits until the workers have decided about redistributions this number of times. */
async function untilDecided({ records, eventually }: TestEnvironment): Promise<void> {
  const decisions = async () => (await records()).reduce((sum, { version }) => sum + version, 0);
  const before = await decisions();
  await eventually(async () => (await decisions()) >= before + DUE);
}

const limitsOf = ({ redis, key }: TestEnvironment) =>
  createLimitStore({ redis, key, telemetry: createTelemetry() });

/** More than three times as many Macs are due as the day before. */
async function openBreaker(environment: TestEnvironment): Promise<void> {
  const limits = limitsOf(environment);
  const now = Date.now();
  await limits.noteFleet('demo', 'okta', { at: now, inScope: 100, due: DUE, unknown: 0 });
  await limits.noteFleet('demo', 'okta', { at: now + DAY, inScope: 100, due: 4 * DUE, unknown: 0 });
  const { policy } = watchedOf();
  const { breaker } = await limits.safetyLimits('demo', 'okta', safetyLimitPolicyOf(policy), now);
  expect(breaker?.reason).toBe('due-rush');
}

/**
 * Continues the worker, and waits until all requests that waited before have been handled: the sweep makes a request
 * after them, over the same connection. Returns whether the check before a write (fence) refused a write.
 */
async function resume({ eventually }: TestEnvironment, worker: WorkerChild): Promise<boolean> {
  const sweeps = () =>
    worker.said('fleet.swept').filter(({ message }) => /: done after/.test(String(message)));
  const fences = () => worker.said('redistribution.fenced').length;
  const before = sweeps().length;
  const fencedBefore = fences();
  worker.signal('SIGCONT');
  // The first of the two sweeps may have made its request before the worker was frozen.
  await eventually(() => sweeps().length >= before + 2);
  return fences() > fencedBefore;
}

/** Maximum number of times that a test freezes a worker. */
const MOST_FREEZES = 8;

/**
 * Freezes a worker, runs `change`, continues the worker, and returns the writes that follow, which must be none. A frozen worker may have
 * lost its write for another reason: commands to Redis time out during a long suspension. This is then repeated with
 * another worker, until the check before a write has refused a write.
 */
async function writesAfter(
  change: (environment: TestEnvironment) => Promise<void>,
): Promise<{ environment: TestEnvironment; late: readonly string[] }> {
  for (let freezes = 1; ; freezes += 1) {
    const { environment, worker } = await begin();
    await freeze(environment, worker);
    await change(environment);
    const before = await writes(environment);
    const isFenced = await resume(environment, worker);
    await untilDecided(environment);
    const late = (await writes(environment)).slice(before.length);
    if (isFenced || late.length > 0) return { environment, late };
    for (const child of environment.children) await child.close();
    if (freezes === MOST_FREEZES)
      throw new Error(`${freezes} frozen workers lost their writes for another reason`);
  }
}

describe('a worker process that was frozen with a waiting write', () => {
  it(
    'writes nothing when Recert was paused meanwhile',
    async () => {
      const { late } = await writesAfter((environment) =>
        limitsOf(environment).pause('demo', { by: 'ada', reason: 'test', at: Date.now() }),
      );
      expect(late).toEqual([]);
    },
    LONG_TEST_MS,
  );

  it(
    'writes nothing when the circuit breaker opened meanwhile',
    async () => {
      const { late } = await writesAfter(openBreaker);
      expect(late).toEqual([]);
    },
    LONG_TEST_MS,
  );

  it(
    'writes nothing when a worker in observe mode was started meanwhile, even when that worker has stopped',
    async () => {
      const { environment, late } = await writesAfter(async (started) => {
        const observer = await started.startWorker({ mode: 'observe' });
        await untilDecided(started);
        observer.signal('SIGKILL');
        await observer.ended;
      });
      expect(late).toEqual([]);
      const before = await writes(environment);
      await environment.startWorker({ mode: 'act' });
      await environment.eventually(async () => (await writes(environment)).length > before.length);
    },
    LONG_TEST_MS,
  );
});
