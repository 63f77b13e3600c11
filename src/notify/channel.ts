import type { ChannelConfig } from '../config/sections/notifications.js';
import type { Notice } from '../domain/incidents/notice.js';
import { NotSentError } from '../domain/incidents/not-sent-error.js';
import { post, type Message } from './post.js';
import { pagerdutyMessage } from './pagerduty.js';
import { slackMessage } from './slack.js';
import { webhookMessage } from './webhook.js';

/** The sender of a notification, which the message names. */
export interface Sender {
  /** Name of this Recert installation in messages, such as the host of its console. */
  source: string;
  /** Returns the current time in epoch milliseconds. */
  now: () => number;
}

/**
 * Sends a notice to one notification channel, in one delivery attempt.
 * @throws NotSentError if the service of the channel did not accept the notice.
 */
export async function send(channel: ChannelConfig, notice: Notice, sender: Sender): Promise<void> {
  const { status, text } = await post(messageFor(channel, notice, sender));
  // Slack responds 200 with the text `ok`, and PagerDuty responds 202. Other responses come from a proxy in between,
  // for example 200 with an HTML page.
  if (channel.type === 'slack' && text.trim() !== 'ok')
    throw new NotSentError('answered 200, but not with the response of Slack', { status });
  if (channel.type === 'pagerduty' && status !== 202)
    throw new NotSentError(`answered ${status}, but not with the response of PagerDuty`, { status });
}

/** Calls `send` and returns its error, or `undefined` if the service of the channel accepted the notice. Never throws. */
export function trySend(channel: ChannelConfig, notice: Notice, sender: Sender): Promise<Error | undefined> {
  return send(channel, notice, sender).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
}

function messageFor(channel: ChannelConfig, notice: Notice, { source, now }: Sender): Message {
  switch (channel.type) {
    case 'slack':
      return slackMessage(notice, channel.url.reveal());
    case 'pagerduty':
      return pagerdutyMessage(notice, { api: channel.api, routingKey: channel.routingKey.reveal(), source });
    case 'webhook':
      return webhookMessage(notice, {
        url: channel.url.reveal(),
        signingSecret: channel.signingSecret.reveal(),
        now: now(),
      });
  }
}
