import { NotSentError } from "../../domain/incidents/not-sent-error.js";
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 600_000;

/**
 * How long to wait before another attempt, milliseconds: 5 s, doubled each time up to ten minutes, and never less than the receiver asks.
 */
export function backoff(attemptsMade: number, error?: Error): number {
  const ownMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attemptsMade - 1, 20), LONGEST_WAIT_MS);
  return Math.max(ownMs, error instanceof NotSentError ? error.waitMs : 0);
}

/** Whom a channel lets through. */
export interface Gate {
  /** Milliseconds after which to come again; 0: come through, and `leave` when the receiver has answered, or has not. */
  enter(channel: string): number;
  /** The receiver took the message (`undefined`), or did not. */
  leave(channel: string, error: Error | undefined): void;
}

/** Somebody is with the receiver: longer than most answers take, and about as often as Slack allows a message. */
const BUSY_MS = 1_000;

interface Channel {
  busy: boolean;
  /** Attempts in a row that came to nothing. */
  failures: number;
  /** When the next may try, on the clock of the process. */
  nextAt: number;
}

/**
 * One message at a time goes to a channel, and while its receiver fails only one finds out whether it works again. So a receiver that
 * hangs holds one place of the worker however many messages wait for it, and one that asks to be left alone (429) is. In memory: each
 * process learns by itself.
 *
 * @param wait milliseconds before another attempt, from the number of failures in a row and the last one.
 */
export function createGate(
  wait: (failures: number, error: Error) => number = backoff,
  clock: () => number = () => performance.now(),
): Gate {
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
