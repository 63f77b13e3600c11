import { NotSentError } from '../../domain/incidents/not-sent-error.js';
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 600_000;

/**
 * Returns the milliseconds to wait before the next attempt: 5 s, doubled after each attempt up to ten minutes. If the
 * service of the channel requested a longer wait, returns that one.
 */
export function backoff(attemptsMade: number, error?: Error): number {
  const ownMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attemptsMade - 1, 20), LONGEST_WAIT_MS);
  return Math.max(ownMs, error instanceof NotSentError ? error.waitMs : 0);
}

/** Allows only one message at a time to be sent to each channel. */
export interface SendGate {
  /**
   * Returns 0 if a message may be sent now; the calling code must then call `leave`. Otherwise returns the
   * milliseconds until the next try.
   */
  enter(channel: string): number;
  /** Ends an attempt that `enter` allowed, with its error, or with `undefined` if it succeeded. */
  leave(channel: string, error: Error | undefined): void;
}

/**
 * Wait while another message is being sent, milliseconds. Most services respond within this time, and Slack accepts
 * about one message per second.
 */
const BUSY_MS = 1_000;

interface Channel {
  busy: boolean;
  /** Number of consecutive failed attempts. */
  failures: number;
  /** Earliest time of the next attempt, on `clock`. */
  nextAt: number;
}

/**
 * Creates a gate that allows one message at a time to be sent to each channel. A service that does not respond
 * occupies only one job of the worker. After a failure, the next message to the channel must wait, which also
 * respects a rate limit (429). The state is in memory, separate for each process.
 * @param wait returns the milliseconds before the next attempt, from the number of consecutive failures and the
 * last error.
 * @param clock returns milliseconds on a monotonic clock.
 */
export function createSendGate(
  wait: (failures: number, error: Error) => number = backoff,
  clock: () => number = () => performance.now(),
): SendGate {
  const channels = new Map<string, Channel>();
  const read = (name: string) => channels.get(name) ?? { busy: false, failures: 0, nextAt: 0 };
  return {
    enter(name) {
      const channel = read(name);
      const waitMs = channel.nextAt - clock();
      if (waitMs > 0) return Math.ceil(waitMs);
      if (channel.busy) return BUSY_MS;
      channels.set(name, { ...channel, busy: true });
      return 0;
    },
    leave(name, error) {
      const failures = error === undefined ? 0 : read(name).failures + 1;
      const nextAt = error === undefined ? 0 : clock() + wait(failures, error);
      channels.set(name, { busy: false, failures, nextAt });
    },
  };
}
