import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { type Fence, FencedError } from '../../domain/fence.js';

/** The clocks by which the age of an answer is measured, milliseconds. */
export interface FenceClocks {
  /** Stands still while the machine sleeps. */
  monotonic: () => number;
  /** Is set forward after the machine slept. */
  wall: () => number;
}

const CLOCKS: FenceClocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/** A store that answers too slowly this often in a row gives no permission. */
const MOST_CHECKS = 5;

/**
 * The fence of one attempt. Each call returns `null` when an answer not older than `maxAgeMs` permits the write, and asks the store when
 * there is none. The age counts from when the store was asked, on the clock that shows more.
 */
export function createPermit(
  { check, maxAgeMs }: Fence,
  { monotonic, wall }: FenceClocks = CLOCKS,
): () => Promise<string | null> {
  let asked = { monotonic: -Infinity, wall: -Infinity };
  const isFresh = () => Math.max(monotonic() - asked.monotonic, wall() - asked.wall) <= maxAgeMs;
  return async () => {
    for (let checks = 0; !isFresh(); checks += 1) {
      if (checks === MOST_CHECKS) return `the store took longer than ${maxAgeMs} ms to permit it`;
      const now = { monotonic: monotonic(), wall: wall() };
      const refusal = await check().catch(
        (error: unknown) =>
          `the store did not answer (${error instanceof Error ? error.message : 'no reason'})`,
      );
      if (refusal !== null) return refusal;
      asked = now;
    }
    return null;
  };
}

type Connected = (error: Error | null, socket: Duplex) => void;

/**
 * Agents for one fenced request: the connection is established first, then the permit is checked, and the request follows in the same
 * turn of the event loop. A refused request is never written. An HTTPS proxy replaces the agent; then the check before the connection
 * is the last one.
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
