import { describe, expect, it } from 'vitest';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { createAssessTrigger } from '../../../src/webhooks/admission/assess-trigger.js';

function setUp() {
  const asked: [string, number][] = [];
  const failures: string[] = [];
  const state = { away: false };
  const waker = createAssessTrigger({
    now: () => 1_000,
    telemetry: createTelemetry((kind) => void failures.push(kind)),
    wakeAssess: (instance, delayMs) => {
      if (state.away) return Promise.reject(new Error('away'));
      asked.push([instance, delayMs]);
      return Promise.resolve();
    },
  });
  return { asked, failures, state, waker };
}

describe('waking', () => {
  it('asks for a job after the time that is left, and for none when there is nothing to do', async () => {
    const { asked, waker } = setUp();
    waker.wake('prod', null);
    waker.wake('prod', 3_000);
    waker.wake('staging', 500);
    await waker.idle();
    expect(asked).toEqual([
      ['prod', 2_000],
      ['staging', 0],
    ]);
  });

  it('that failed is tried again with the next webhook of that server, though the store thinks it is done', async () => {
    const { asked, failures, state, waker } = setUp();
    state.away = true;
    waker.wake('prod', 3_000);
    await waker.idle();
    expect(failures).toEqual(['webhook.wake-failed']);
    state.away = false;
    waker.wake('staging', null);
    waker.wake('prod', null);
    waker.wake('prod', null);
    await waker.idle();
    expect(asked).toEqual([['prod', 2_000]]);
  });
});
