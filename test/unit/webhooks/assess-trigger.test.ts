import { describe, expect, it } from 'vitest';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { createAssessTrigger } from '../../../src/webhooks/admission/intake.js';

function setUp() {
  const asked: [string, number][] = [];
  const failures: string[] = [];
  const state = { away: false };
  const trigger = createAssessTrigger({
    now: () => 1_000,
    telemetry: createTelemetry((kind) => void failures.push(kind)),
    wakeAssess: (instance, delayMs) => {
      if (state.away) return Promise.reject(new Error('away'));
      asked.push([instance, delayMs]);
      return Promise.resolve();
    },
  });
  return { asked, failures, state, trigger };
}

describe('assess trigger', () => {
  it('requests a job after the remaining time, and none when no job is needed', async () => {
    const { asked, trigger } = setUp();
    trigger.wake('prod', null);
    trigger.wake('prod', 3_000);
    trigger.wake('staging', 500);
    await trigger.idle();
    expect(asked).toEqual([
      ['prod', 2_000],
      ['staging', 0],
    ]);
  });

  it('repeats a failed request with the next webhook of that server', async () => {
    const { asked, failures, state, trigger } = setUp();
    state.away = true;
    trigger.wake('prod', 3_000);
    await trigger.idle();
    expect(failures).toEqual(['webhook.wake-failed']);
    state.away = false;
    trigger.wake('staging', null);
    trigger.wake('prod', null);
    trigger.wake('prod', null);
    await trigger.idle();
    expect(asked).toEqual([['prod', 2_000]]);
  });
});
