import type { LoggedEvent } from '../../store/admission/event-log.js';
import type { Admitted, Reception } from './admission.js';
import { type Format, formatOf, parseBody } from '../recognise/parse.js';
import { openReception, type ReceptionGround } from './open-admission.js';
import { recognise } from '../recognise/recognise.js';
import { KEPT_BODY_LIMIT } from '../recognise/redact.js';
import { Refusal } from '../http/refusal.js';

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

/**
 * Admits an event of the log again, by the way that a webhook takes: parsed, recognised by the rules of today, admitted.
 *
 * @throws NotReplayable when its body is not kept, or means nothing to this version
 */
export type Replay = (instance: string, event: LoggedEvent) => Promise<Admitted>;

/** Replays, over a reception of its own. */
export function createReplay(ground: ReceptionGround): Replay {
  const reception: Reception = openReception(ground);
  return async (instance, event) => {
    const why = whyNoBody(event);
    if (why !== null) throw new NotReplayable(noBodySentence(why, event));
    return reception.again(instance, understand(event.body ?? ''), event);
  };
}

const JSON_FORMAT = formatOf({ 'content-type': 'application/json' });
const XML_FORMAT = formatOf({ 'content-type': 'text/xml' });

function understand(body: string) {
  try {
    return recognise(parseBody(body, formatIn(body)));
  } catch (error) {
    if (error instanceof Refusal) throw new NotReplayable(error.message);
    throw error;
  }
}

/** How it was announced is not kept; what hid a secret is JSON in every case. */
function formatIn(body: string): Format {
  return body.trimStart().startsWith('<') ? XML_FORMAT : JSON_FORMAT;
}
