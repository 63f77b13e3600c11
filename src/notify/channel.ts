import type { ChannelConfig } from '../config/sections/notifications.js';
import type { Notice } from '../domain/incidents/notice.js';
import { NotSentError } from "../domain/incidents/not-sent-error.js";
import { post, type Message } from './post.js';
import { pagerdutyMessage } from './pagerduty.js';
import { slackMessage } from './slack.js';
import { webhookMessage } from './webhook.js';

/** Who says it, and when. */
export interface Sender {
  /** Name of this Recert for people, such as the host of its console. */
  source: string;
  now: () => number;
}

/**
 * Says something on one channel, once.
 *
 * @throws NotSentError when it did not get there.
 */
export async function send(channel: ChannelConfig, notice: Notice, sender: Sender): Promise<void> {
  const { status, text } = await post(messageFor(channel, notice, sender));
  // Slack answers `ok`, and says what is wrong with other statuses; a proxy in between answers 200 with a page.
  if (channel.type === 'slack' && text.trim() !== 'ok')
    throw new NotSentError('answered 200, and not as Slack does', { status });
  if (channel.type === 'pagerduty' && status !== 202)
    throw new NotSentError(`answered ${status}, and not as PagerDuty does`, { status });
}

/** As `send`; returns what went wrong, `undefined` when the receiver took it. */
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
