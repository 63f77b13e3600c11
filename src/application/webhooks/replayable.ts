import type { LoggedEvent } from '../ports.js';

/** The body of an event is kept up to this size in bytes. */
export const KEPT_BODY_LIMIT = 64 * 1024;

/** Why the body of an event is not in the log. */
export type NoBody = 'duplicate' | 'replay' | 'too-large';

/** Why the body of an event is not in the log, `null` when it is. */
export function whyNoBody({ body, outcome, replayOf }: LoggedEvent): NoBody | null {
  if (body !== null) return null;
  if (replayOf !== null) return 'replay';
  return outcome === 'duplicate' ? 'duplicate' : 'too-large';
}

/** The same for a person, with what to do instead. */
export function noBodySentence(why: NoBody, { replayOf }: Pick<LoggedEvent, 'replayOf'>): string {
  switch (why) {
    case 'duplicate':
      return 'This is a duplicate: the body is with the event that came first, replay that one.';
    case 'replay':
      return `This is a replay: the body is with the event ${replayOf ?? ''}, replay that one.`;
    case 'too-large':
      return `The body was larger than ${KEPT_BODY_LIMIT / 1024} KB and was not kept, so this event cannot be replayed. A sweep of the whole fleet finds what it told: recert sweep --what full.`;
  }
}

/** An event that cannot be admitted again. The message is a sentence for whoever asked. */
export class NotReplayable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotReplayable';
  }
}

/** What became of an event that was admitted again. */
export interface Replayed {
  event: string;
  effect: 'hint' | 'touch' | 'profile' | 'hold' | 'none' | 'unresolved';
  computers: number;
}

/**
 * Admits an event of the log again, by the way that a webhook takes: parsed, recognised by the rules of today, admitted.
 *
 * @throws NotReplayable when its body is not kept, or means nothing to this version
 */
export type Replay = (instance: string, event: LoggedEvent) => Promise<Replayed>;
