import { isIP } from 'node:net';
import { withoutMapping } from '../../config/values/address.js';

/** Failed attempts of one source, and of all together, that are answered and told one by one within a window. */
const MOST_OF_ONE = 20;
const MOST_OF_ALL = 200;
const WINDOW_MS = 60_000;
/** Sources that are remembered; the one seen first goes first. About a megabyte. */
const MOST_SOURCES = 10_000;

/** How one more failed attempt is taken. */
export interface Attempt {
  /** Milliseconds until the source begins anew; 0 when it is not limited. */
  limitedMs: number;
  /** Whether it is worth a line in the log: the counters count all. */
  told: boolean;
  /** Whether the limit begins with this one: of this source, of all together, or not. */
  begins: 'source' | 'all' | null;
}

/** Counts failed attempts. */
export interface Attempts {
  /** `address` is that of the client. */
  failed: (address: string) => Attempt;
}

interface Window {
  endsAt: number;
  count: number;
}

/**
 * Failed attempts of webhooks, by source, in this process alone. What is right is admitted all the same and never comes here: a Jamf Pro
 * server may share its address with a stranger, behind one NAT or one proxy, and must not be locked out by him. So this makes no secret
 * harder to guess, which its length must do; it bounds what strangers cost and how much they write into the log.
 */
export function createAttempts(now: () => number): Attempts {
  const sources = new Map<string, Window>();
  const all: Window = { endsAt: 0, count: 0 };
  return {
    failed(address) {
      const at = now();
      const source = sourceOf(address);
      let one = sources.get(source);
      if (!one) {
        const [oldest] = sources.keys();
        if (oldest !== undefined && sources.size >= MOST_SOURCES) sources.delete(oldest);
        sources.set(source, (one = { endsAt: 0, count: 0 }));
      }
      const ofOne = countIn(one, at);
      if (ofOne > MOST_OF_ONE + 1) return { limitedMs: one.endsAt - at, told: false, begins: null };
      // One stranger alone does not fill the count of all: others are still told of.
      const ofAll = countIn(all, at);
      const hushed = ofAll > MOST_OF_ALL;
      const limited = ofOne > MOST_OF_ONE;
      return {
        limitedMs: limited ? one.endsAt - at : 0,
        told: !limited && !hushed,
        begins: ofAll === MOST_OF_ALL + 1 ? 'all' : limited && !hushed ? 'source' : null,
      };
    },
  };
}

function countIn(window: Window, at: number): number {
  if (at >= window.endsAt) {
    window.endsAt = at + WINDOW_MS;
    window.count = 0;
  }
  window.count += 1;
  return window.count;
}

/** One household has a /64 of IPv6 (RFC 6177), and with it more addresses than can be remembered. */
function sourceOf(said: string): string {
  const address = withoutMapping(said);
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return networkOf(address);
    default:
      return 'unknown';
  }
}

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
