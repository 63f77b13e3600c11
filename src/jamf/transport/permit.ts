import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { type Fence, FencedError } from '../../domain/fence.js';

/** The clocks with which the age of a check is measured, milliseconds. */
export interface FenceClocks {
  /** Clock that stops while the machine sleeps. */
  monotonic: () => number;
  /** Clock that is set forward after the machine slept. */
  wall: () => number;
}

const CLOCKS: FenceClocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/** If Redis takes longer than `maxAgeMs` this number of times in a row, the write is refused. */
const MOST_CHECKS = 5;

/**
 * Creates the check (fence) of one attempt. Each call of the returned function resolves to `null` if the write is
 * permitted, otherwise to the reason for the refusal. A permission is valid for `maxAgeMs` from the start of the
 * request to Redis. After that, the next call checks in Redis again. Both clocks measure the age of the permission,
 * and the larger value counts.
 */
export function createPermit(
  { check, maxAgeMs }: Fence,
  { monotonic, wall }: FenceClocks = CLOCKS,
): () => Promise<string | null> {
  let asked = { monotonic: -Infinity, wall: -Infinity };
  const isFresh = () => Math.max(monotonic() - asked.monotonic, wall() - asked.wall) <= maxAgeMs;
  return async () => {
    for (let checks = 0; !isFresh(); checks += 1) {
      if (checks === MOST_CHECKS) return `Redis took longer than ${maxAgeMs} ms to permit the write`;
      const now = { monotonic: monotonic(), wall: wall() };
      const refusal = await check().catch(
        (error: unknown) => `Redis did not answer (${error instanceof Error ? error.message : 'no reason'})`,
      );
      if (refusal !== null) return refusal;
      asked = now;
    }
    return null;
  };
}

type Connected = (error: Error | null, socket: Duplex) => void;

/**
 * Creates agents for one request with a check (fence): the connection is established first, then the check runs, and
 * the request follows in the same turn of the event loop. A refused request is never written. With an HTTPS proxy, the
 * agent of the proxy replaces these agents, so only the check before the connection is opened applies.
 */
export function fencedAgents(
  permit: () => Promise<string | null>,
  onRefused: (reason: string) => void,
): { http: HttpAgent; https: HttpsAgent } {
  const guard = (
    socket: Duplex | null | undefined,
    connected: 'connect' | 'secureConnect',
    done: Connected,
  ) => {
    if (!socket) throw new TypeError('the agent opened no connection');
    let settled = false;
    const settle = (error: Error | null) => {
      if (settled) return;
      settled = true;
      socket.off('error', settle);
      if (error !== null) socket.destroy();
      done(error, socket);
    };
    socket.on('error', settle);
    socket.once(connected, () => {
      void permit().then((reason) => {
        if (reason !== null) onRefused(reason);
        settle(reason === null ? null : new FencedError(reason));
      });
    });
  };
  class FencedHttpAgent extends HttpAgent {
    override createConnection(options: ClientRequestArgs, callback: Connected): undefined {
      guard(super.createConnection(options), 'connect', callback);
    }
  }
  class FencedHttpsAgent extends HttpsAgent {
    override createConnection(options: RequestOptions, callback: Connected): undefined {
      guard(super.createConnection(options), 'secureConnect', callback);
    }
  }
  return { http: new FencedHttpAgent(), https: new FencedHttpsAgent() };
}
