import type { Config } from '../config/schema.js';
import { type Finding, ok, warn } from './finding.js';

const CHECK = 'notifications';
const TEST = 'recert notify test says whether messages arrive.';

/** Judges whom incidents are told. Pure; sends nothing. */
export function judgeNotifications({
  notifications,
  http,
}: Pick<Config, 'notifications' | 'http'>): Finding[] {
  const channels = Object.entries(notifications.channels);
  if (channels.length === 0)
    return [warn(CHECK, 'nobody is told of incidents', 'Name a channel in notifications.channels.')];
  return [
    ok(
      CHECK,
      `incidents are told to ${channels.map(([name, { type }]) => `${name} (${type})`).join(', ')}. ${TEST}`,
    ),
    ...(http.publicUrl === undefined
      ? [warn(CHECK, 'messages have no link', 'Set http.publicUrl to where people reach the console.')]
      : []),
    ...channels.flatMap(([name, channel]) =>
      channel.type === 'pagerduty' && !/^[\da-zA-Z]{32}$/.test(channel.routingKey.reveal())
        ? [
            warn(
              CHECK,
              `the routing key of ${name} is not 32 letters and digits`,
              'Take the integration key of an Events API v2 integration, not an API key.',
            ),
          ]
        : [],
    ),
  ];
}
