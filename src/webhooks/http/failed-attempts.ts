import { isIP } from 'node:net';
import { withoutMapping } from '../../config/values/address.js';

/**
 * Number of failed authentication attempts per time window before the limit applies: of one source, and of all
 * sources together.
 */
const MAX_PER_SOURCE = 20;
const MAX_TOTAL = 200;
const WINDOW_MS = 60_000;
/**
 * Maximum number of sources that are counted separately (about one megabyte of memory). The oldest source is removed
 * first.
 */
const MAX_SOURCES = 10_000;

/** How a failed authentication attempt is handled. */
export interface FailedAttempt {
  /** Milliseconds until the limit of the source ends; 0 when the source is not limited. */
  limitedMs: number;
  /** Whether the attempt is logged. Metrics count every attempt. */
  told: boolean;
  /**
   * The limit that this attempt is the first to exceed: `source` (limit per source) or `all` (limit for all sources
   * together); otherwise `null`.
   */
  begins: 'source' | 'all' | null;
}

/** Counts failed webhook authentication attempts, per client address and in total. */
export interface FailedAttempts {
  /** Counts a failed authentication attempt from the address of a client. */
  failed: (address: string) => FailedAttempt;
}

interface Window {
  endsAt: number;
  count: number;
}

/**
 * Creates the counter of failed webhook authentication attempts, for this process only. Authenticated webhooks are
 * always admitted, because a Jamf Pro server can share its address with an attacker behind a NAT or proxy and must not
 * be locked out. The limit therefore does not prevent guessing; only a long secret does. It limits the cost and the log
 * volume of failed attempts.
 */
export function createFailedAttempts(now: () => number): FailedAttempts {
  const sources = new Map<string, Window>();
  const total: Window = { endsAt: 0, count: 0 };
  return {
    failed(address) {
      const at = now();
      const source = sourceOf(address);
      let window = sources.get(source);
      if (!window) {
        const [oldest] = sources.keys();
        if (oldest !== undefined && sources.size >= MAX_SOURCES) sources.delete(oldest);
        sources.set(source, (window = { endsAt: 0, count: 0 }));
      }
      const ofSource = countIn(window, at);
      if (ofSource > MAX_PER_SOURCE + 1) return { limitedMs: window.endsAt - at, told: false, begins: null };
      // A source above its own limit no longer counts toward the total, so one source cannot suppress the log entries
      // of other sources.
      const ofAll = countIn(total, at);
      const totalExceeded = ofAll > MAX_TOTAL;
      const limited = ofSource > MAX_PER_SOURCE;
      return {
        limitedMs: limited ? window.endsAt - at : 0,
        told: !limited && !totalExceeded,
        begins: ofAll === MAX_TOTAL + 1 ? 'all' : limited && !totalExceeded ? 'source' : null,
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

/**
 * Returns the IPv4 address, or the /64 network of an IPv6 address, because one client usually controls a whole /64
 * network (RFC 6177).
 */
function sourceOf(clientAddress: string): string {
  const address = withoutMapping(clientAddress);
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
