import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, failureOf, toldOf } from './support/client.js';

const VERSION = 'GET /api/v1/jamf-pro-version';
const GOOD = { body: { version: '11.30.1' } };
const BAD = { status: 503 };
const tuning = { attempts: 1, breakerFailures: 3, breakerOpenMs: 50 };

// The breaker uses the wall clock: here it stands still.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('the circuit breaker of the client', () => {
  it('opens after consecutive failures, sends nothing, then sends one trial call and closes if it succeeds', async () => {
    const connected = await connect({ [VERSION]: [BAD, BAD, BAD, GOOD] }, { tuning });
    const { jamf, server } = connected;
    expect(jamf.breakerState).toBe('closed');
    for (let number = 0; number < 3; number += 1) await failureOf(jamf.version());
    expect(jamf.breakerState).toBe('open');

    const error = await failureOf(jamf.version());
    expect(error.message).toContain('server.version was skipped: Jamf Pro is failing');
    expect(error).toMatchObject({ status: null, retryable: true, inDoubt: false });
    expect(server.of(VERSION)).toHaveLength(3);

    vi.setSystemTime(Date.now() + tuning.breakerOpenMs);
    await jamf.version();
    expect(jamf.breakerState).toBe('closed');
    expect(server.of(VERSION)).toHaveLength(4);
    expect(toldOf(connected, 'jamf.breaker')).toEqual([
      { instance: 'production', state: 'open', why: '503' },
      { instance: 'production', state: 'half-open', why: '503' },
      { instance: 'production', state: 'closed', why: '503' },
    ]);
  });

  it('sends one trial call, however many wait, and stays open if it fails', async () => {
    const { jamf, server } = await connect({ [VERSION]: BAD }, { tuning });
    for (let number = 0; number < 3; number += 1) await failureOf(jamf.version());
    vi.setSystemTime(Date.now() + tuning.breakerOpenMs);
    await Promise.all(Array.from({ length: 10 }, () => failureOf(jamf.version())));
    expect(server.of(VERSION)).toHaveLength(4);
    expect(jamf.breakerState).toBe('open');
  });

  it('does not count rejections, because Jamf Pro responded', async () => {
    const { jamf } = await connect({ [VERSION]: { status: 403 } }, { tuning });
    for (let number = 0; number < 5; number += 1) await failureOf(jamf.version());
    expect(jamf.breakerState).toBe('closed');
  });

  it('resets the count when a call succeeds', async () => {
    const { jamf } = await connect({ [VERSION]: [BAD, BAD, GOOD, BAD, BAD, GOOD] }, { tuning });
    for (let number = 0; number < 6; number += 1) await jamf.version().catch(() => undefined);
    expect(jamf.breakerState).toBe('closed');
  });
});
