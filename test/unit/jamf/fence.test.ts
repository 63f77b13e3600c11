import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPermit } from '../../../src/jamf/transport/permit.js';
import type { Fence } from '../../../src/domain/fence.js';
import { FencedError } from '../../../src/domain/fence.js';
import { queueLimiter } from '../../../src/jamf/transport/limiter/limiter.js';
import { createHttp } from '../../../src/jamf/transport/http.js';
import { connect, toldOf } from './support/client.js';

const GROUP = 'PUT /JSSResource/computergroups/id/5';
const TOKEN = 'POST /api/oauth/token';
const DONE = { status: 201 };

/** A fence that a test can close, and how often it was checked. */
function gate(maxAgeMs = 60_000) {
  const state = { closed: false, checks: 0 };
  const fence: Fence = {
    maxAgeMs,
    check: () => {
      state.checks += 1;
      return Promise.resolve(state.closed ? 'paused by ada' : null);
    },
  };
  return { state, fence };
}

/** The `FencedError` of a call. */
async function refusalOf(call: Promise<unknown>): Promise<FencedError> {
  const outcome = await call.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  if (outcome instanceof FencedError) return outcome;
  throw new Error('expected a FencedError', { cause: outcome });
}

describe('a fenced write', () => {
  it('is sent when its fence permits it, and the fence is checked once', async () => {
    const { jamf, server } = await connect({ [GROUP]: DONE });
    const { state, fence } = gate();
    await jamf.addToGroup('5', ['6'], fence);
    expect(server.of(GROUP)).toHaveLength(1);
    expect(state.checks).toBe(1);
  });

  it('is not sent when its fence closes while it waits for a connection slot', async () => {
    const limiter = queueLimiter(1);
    const connected = await connect({ [GROUP]: DONE }, { limiter });
    const { jamf, server } = connected;
    const { state, fence } = gate();
    await jamf.version();
    let release = (): void => undefined;
    const occupied = limiter(() => new Promise<void>((resolve) => (release = resolve)));
    const write = refusalOf(jamf.addToGroup('5', ['6'], fence));
    state.closed = true;
    release();
    await occupied;
    const refusal = await write;
    expect(refusal.reason).toBe('paused by ada');
    expect(server.of(GROUP)).toEqual([]);
    // A refused fence is neither a failure nor a call of Jamf Pro.
    expect(toldOf(connected, 'jamf.failed')).toEqual([]);
    expect(toldOf(connected, 'jamf.call')).not.toContainEqual(
      expect.objectContaining({ call: 'groups.add' }),
    );
  });

  it('is not sent when its fence closes while the token is fetched', async () => {
    const { state, fence } = gate();
    const { jamf, server } = await connect({
      [GROUP]: DONE,
      [TOKEN]: () => {
        state.closed = true;
        return { body: { access_token: 'token-1', expires_in: 1199 } };
      },
    });
    await refusalOf(jamf.addToGroup('5', ['6'], fence));
    expect(server.of(TOKEN)).toHaveLength(1);
    expect(server.of(GROUP)).toEqual([]);
  });

  it('is not repeated when its fence closes during the back-off, or before another token is used', async () => {
    for (const first of [{ status: 429 }, { status: 401 }]) {
      const { state, fence } = gate();
      const { jamf, server } = await connect({
        [GROUP]: () => {
          state.closed = true;
          return first;
        },
      });
      await refusalOf(jamf.addToGroup('5', ['6'], fence));
      expect(server.of(GROUP)).toHaveLength(1);
    }
  });

  it('does not open the breaker, and counts as not sent', async () => {
    const { jamf } = await connect({ [GROUP]: DONE }, { tuning: { breakerFailures: 1 } });
    const { state, fence } = gate();
    state.closed = true;
    await refusalOf(jamf.blankPush(['a'], fence));
    await refusalOf(jamf.flushFailedCommands('6', fence));
    await refusalOf(jamf.removeFromGroup('5', ['6'], fence));
    expect(jamf.breakerState).toBe('closed');
  });

  it('is not sent on a connection that took longer to open than the answer of the fence is valid', async () => {
    const received: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('data', (data) => received.push(data));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      vi.restoreAllMocks();
    });
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const http = createHttp({ timeoutMs: 60_000, maxConnections: 1 });
    const { now } = Date;
    let frozenFor = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + frozenFor);
    let checks = 0;
    const fence: Fence = {
      maxAgeMs: 30_000,
      check: () => {
        checks += 1;
        // After the first use of the answer, and before a connection can be opened.
        setImmediate(() => (frozenFor = 60_000));
        return Promise.resolve(checks > 1 ? 'the job lost its lock' : null);
      },
    };
    const outcome = await http.attempt({
      method: 'PUT',
      url: `http://127.0.0.1:${port}/`,
      headers: {},
      body: 'x',
      json: false,
      fresh: true,
      fence,
    });
    expect(checks).toBe(2);
    expect(outcome).toMatchObject({ kind: 'no-answer', reason: 'fenced', reached: false });
    expect(received).toEqual([]);
  });
});

describe('a permit', () => {
  /** Clocks that a test moves. */
  function clocks() {
    const at = { monotonic: 0, wall: 0 };
    return { at, read: { monotonic: () => at.monotonic, wall: () => at.wall } };
  }

  it('is checked again when it is too old by either clock, before or after the answer', async () => {
    const { at, read } = clocks();
    const { state, fence } = gate(1_000);
    const permit = createPermit(fence, read);
    expect(await permit()).toBeNull();
    at.monotonic += 1_000;
    expect(await permit()).toBeNull();
    expect(state.checks).toBe(1);
    at.monotonic += 1;
    expect(await permit()).toBeNull();
    expect(state.checks).toBe(2);
    // The machine slept: its monotonic clock stood still.
    at.wall += 60_000;
    state.closed = true;
    expect(await permit()).toBe('paused by ada');
    expect(state.checks).toBe(3);
  });

  it('ignores an answer during which the process was frozen', async () => {
    const { at, read } = clocks();
    let checks = 0;
    const permit = createPermit(
      {
        maxAgeMs: 1_000,
        check: () => {
          checks += 1;
          if (checks === 1) at.monotonic += 120_000;
          return Promise.resolve(checks === 1 ? null : 'the job lost its lock');
        },
      },
      read,
    );
    expect(await permit()).toBe('the job lost its lock');
  });

  it('is not granted when the store fails or is always too slow', async () => {
    const { at, read } = clocks();
    const failing = createPermit(
      { maxAgeMs: 1_000, check: () => Promise.reject(new Error('no Redis')) },
      read,
    );
    expect(await failing()).toBe('Redis did not answer (no Redis)');
    let checks = 0;
    const slow = createPermit(
      {
        maxAgeMs: 1_000,
        check: () => {
          checks += 1;
          at.monotonic += 2_000;
          return Promise.resolve(null);
        },
      },
      read,
    );
    expect(await slow()).toBe('Redis took longer than 1000 ms to permit the write');
    expect(checks).toBe(5);
  });
});
