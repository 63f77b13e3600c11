import { readEnvelope } from './fields.js';
import { type Effect, EVENTS, knownEvent, UNKNOWN_EVENT } from './event-types.js';
import { Refusal } from '../http/refusal.js';

/** A webhook that was understood. */
export interface Recognised {
  /** In the spelling of Jamf's documentation; of an unknown one what was sent, cut to 64 plain characters. */
  event: string;
  known: boolean;
  /** When it happened, epoch milliseconds; Jamf Pro before 10.12 does not say. */
  at: number | null;
  /** Id of the webhook object in Jamf, `''` when unknown. */
  webhookId: string;
  effect: Exclude<Effect, { does: 'refuse' }>;
}

/** Longest name of an unknown event; those of Jamf have at most 38 letters. */
const NAME_LIMIT = 64;

/**
 * Understands a parsed webhook, `{ webhook, event }`, whether it was JSON or XML and whichever version sent it.
 *
 * @throws Refusal `not-understood`
 */
export function recognise(parsed: unknown): Recognised {
  const envelope = readEnvelope(parsed);
  if (!envelope)
    throw new Refusal(
      'not-understood',
      'The body has no webhook.webhookEvent, which names the event. Send what Jamf Pro sends: {"webhook":{"webhookEvent":"…"},"event":{…}}, or the same as XML in <JSSEvent>.',
    );
  const name = knownEvent(envelope.name);
  const effect = (name === null ? UNKNOWN_EVENT : EVENTS[name]).effect(envelope.event);
  if (effect.does === 'refuse')
    throw new Refusal(
      'not-understood',
      `Nothing in this ${name ?? 'event'} tells which Mac it is about: it has no jssID, no udid and no serialNumber.`,
    );
  return {
    event: name ?? plainName(envelope.name),
    known: name !== null,
    at: envelope.at,
    webhookId: envelope.webhookId ?? '',
    effect,
  };
}

/** It goes to the log, to answers and to terminals: nothing in it may begin a line of its own or move a cursor. */
function plainName(said: string): string {
  return said.slice(0, NAME_LIMIT).replace(/[^\w.:-]/gu, '_');
}
