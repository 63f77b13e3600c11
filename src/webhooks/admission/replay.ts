import {
  NotReplayable,
  describeMissingBody,
  type Replay,
  missingBodyReason,
} from '../../application/webhooks/replayable.js';
import type { WebhookAdmission } from './admission.js';
import { type Format, formatOf, parseBody } from '../recognise/parse.js';
import { openAdmission, type AdmissionOptions } from './open-admission.js';
import { recognizeEvent } from '../recognise/recognise.js';
import { WebhookRefusal } from '../http/refusal.js';

/** Creates the function that replays events. It uses a separate admission without a spool. */
export function createReplay(ground: AdmissionOptions): Replay {
  const reception: WebhookAdmission = openAdmission(ground);
  return async (instance, event) => {
    const why = missingBodyReason(event);
    if (why !== null) throw new NotReplayable(describeMissingBody(why, event));
    return reception.replayEvent(instance, understand(event.body ?? ''), event);
  };
}

const JSON_FORMAT = formatOf({ 'content-type': 'application/json' });
const XML_FORMAT = formatOf({ 'content-type': 'text/xml' });

function understand(body: string) {
  try {
    return recognizeEvent(parseBody(body, formatIn(body)));
  } catch (error) {
    if (error instanceof WebhookRefusal) throw new NotReplayable(error.message);
    throw error;
  }
}

/**
 * Detects the format of a stored body, because the event log does not contain the content type. A body from which
 * secrets were removed is always JSON.
 */
function formatIn(body: string): Format {
  return body.trimStart().startsWith('<') ? XML_FORMAT : JSON_FORMAT;
}
