import type { LoggedEvent } from '../ports.js';

/**
 * Maximum size of a stored body, in characters. By default, the log keeps 50,000 events, and larger bodies would fill
 * Redis. The body of a smart-group change with 5,000 Macs is smaller than this limit.
 */
export const KEPT_BODY_LIMIT = 64 * 1024;

/** Reasons why the event log has no body for an event. */
export type MissingBodyReason = 'duplicate' | 'replay' | 'too-large';

/** Returns why the event log has no body for an event, `null` when it has one. */
export function missingBodyReason({ body, outcome, replayOf }: LoggedEvent): MissingBodyReason | null {
  if (body !== null) return null;
  if (replayOf !== null) return 'replay';
  return outcome === 'duplicate' ? 'duplicate' : 'too-large';
}

/** Explains why an event cannot be replayed, and what to do instead. */
export function describeMissingBody(
  why: MissingBodyReason,
  { replayOf }: Pick<LoggedEvent, 'replayOf'>,
): string {
  switch (why) {
    case 'duplicate':
      return 'This event is a duplicate. The body is stored with the first event; replay that event.';
    case 'replay':
      return `This event is a replay. The body is stored with event ${replayOf ?? ''}; replay that event.`;
    case 'too-large':
      return `The body was larger than ${KEPT_BODY_LIMIT / 1024} KB and was not stored, so this event cannot be replayed. Run recert sweep --what full to detect the change.`;
  }
}

/** Thrown when an event cannot be replayed. The message is shown to the user. */
export class NotReplayable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotReplayable';
  }
}

/** What happened to an event that was admitted again. */
export interface Replayed {
  event: string;
  effect: 'hint' | 'touch' | 'profile' | 'hold' | 'none' | 'unresolved';
  computers: number;
}

/**
 * Replays an event of the event log: parses and admits it again, with the current rules.
 *
 * @throws NotReplayable when the body is not stored or cannot be parsed
 */
export type Replay = (instance: string, event: LoggedEvent) => Promise<Replayed>;
