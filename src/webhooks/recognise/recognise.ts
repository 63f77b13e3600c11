import { readEnvelope } from './fields.js';
import { type Effect, EVENTS, knownEvent, UNKNOWN_EVENT } from './event-types.js';
import { WebhookRefusal } from '../http/refusal.js';

/** A parsed webhook with its effect. */
export interface RecognizedEvent {
  /**
   * Name of the event in the documented spelling. For an unknown event, the name as it was sent, limited to 64
   * safe characters.
   */
  event: string;
  known: boolean;
  /** Time of the event, epoch milliseconds; `null` when Jamf Pro does not send it (before 10.12). */
  at: number | null;
  /** ID of the webhook in Jamf Pro; `''` when unknown. */
  webhookId: string;
  effect: Exclude<Effect, { does: 'refuse' }>;
}

/** Maximum length of the name of an unknown event, in characters. Documented names have at most 38 characters. */
const NAME_LIMIT = 64;

/**
 * Determines event and effect of a parsed webhook `{ webhook, event }`, from JSON or XML and from any version of
 * Jamf Pro.
 * @throws WebhookRefusal `not-understood`
 */
export function recognizeEvent(parsed: unknown): RecognizedEvent {
  const envelope = readEnvelope(parsed);
  if (!envelope)
    throw new WebhookRefusal(
      'not-understood',
      'The body has no event name (webhook.webhookEvent). Expected: {"webhook":{"webhookEvent":"…"},"event":{…}}, or the same as XML in <JSSEvent>.',
    );
  const name = knownEvent(envelope.name);
  const effect = (name === null ? UNKNOWN_EVENT : EVENTS[name]).effect(envelope.event);
  if (effect.does === 'refuse')
    throw new WebhookRefusal(
      'not-understood',
      `This ${name ?? 'event'} does not identify a Mac: jssID, udid and serialNumber are missing.`,
    );
  return {
    event: name ?? safeName(envelope.name),
    known: name !== null,
    at: envelope.at,
    webhookId: envelope.webhookId ?? '',
    effect,
  };
}

/** Replaces unsafe characters, because the name appears in logs, responses and terminals. */
function safeName(name: string): string {
  return name.slice(0, NAME_LIMIT).replace(/[^\w.:-]/gu, '_');
}
