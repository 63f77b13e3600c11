import {
  NotReplayable,
  noBodySentence,
  type Replay,
  whyNoBody,
} from '../../application/webhooks/replayable.js';
import type { Reception } from './admission.js';
import { type Format, formatOf, parseBody } from '../recognise/parse.js';
import { openReception, type ReceptionGround } from './open-admission.js';
import { recognise } from '../recognise/recognise.js';
import { Refusal } from '../http/refusal.js';

/** Creates the replay function, with a separate admission. */
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
