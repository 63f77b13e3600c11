import type { Config } from '../config/schema.js';
import { type Finding, ok, warn } from './finding.js';

const CHECK = 'notifications';
const TEST_HINT = 'Run recert notify test to send a test message.';

/** Checks the settings of the notification channels. Sends nothing. */
export function judgeNotifications({
  notifications,
  http,
}: Pick<Config, 'notifications' | 'http'>): Finding[] {
  const channels = Object.entries(notifications.channels);
  if (channels.length === 0)
    return [
      warn(
        CHECK,
        'no notification channel configured: no one is alerted about incidents',
        'Add a channel to notifications.channels.',
      ),
    ];
  return [
    ok(
      CHECK,
      `incidents are sent to ${channels.map(([name, { type }]) => `${name} (${type})`).join(', ')}. ${TEST_HINT}`,
    ),
    ...(http.publicUrl === undefined
      ? [warn(CHECK, 'messages contain no link', 'Set http.publicUrl to the address of the console.')]
      : []),
    ...channels.flatMap(([name, channel]) =>
      channel.type === 'pagerduty' && !/^[\da-zA-Z]{32}$/.test(channel.routingKey.reveal())
        ? [
            warn(
              CHECK,
              `the routing key of ${name} does not have 32 letters and digits`,
              'Use the integration key of an Events API v2 integration, not an API key.',
            ),
          ]
        : [],
    ),
  ];
}
