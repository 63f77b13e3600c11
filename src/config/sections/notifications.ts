import { z } from 'zod';
import { SEVERITIES } from '../../domain/incidents/incident.js';
import { duration } from '../values/duration.js';
import { secret } from '../values/secret.js';
import { HTTPS, isWebAddress } from '../values/web-address.js';
import { clockTime, timeZone } from '../values/wall-clock.js';

const severity = z.enum(SEVERITIES);

const quietSchema = z
  .strictObject({
    from: clockTime().describe('Time of day at which the quiet hours begin, HH:MM.'),
    to: clockTime().describe(
      'Time of day at which the quiet hours end, HH:MM. It is on the next day if it is before `from`.',
    ),
    zone: timeZone().describe('Time zone of `from` and `to`, such as Europe/Berlin.'),
    unless: severity
      .default('critical')
      .describe('Incidents with at least this severity are also reported during quiet hours.'),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'is the same time as `from`, so the quiet hours would never end',
  })
  .describe('Quiet hours: notifications are delayed until the quiet hours end.');

const common = {
  least: severity
    .default('warning')
    .describe('Minimum severity of the incidents that are reported on this channel.'),
  quiet: quietSchema.optional(),
};

const address = () => secret().refine((url) => isWebAddress(url.reveal()), HTTPS);

const channelSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('slack').describe('A channel that posts to a Slack incoming webhook.'),
    url: address().describe(
      'URL of the Slack incoming webhook. The URL is a secret: anyone who knows it can post messages.',
    ),
    ...common,
  }),
  z.strictObject({
    type: z.literal('pagerduty').describe('A channel that sends to a PagerDuty Events API v2 integration.'),
    routingKey: secret().describe('Integration key of the PagerDuty service, 32 characters.'),
    api: z
      .url()
      .refine(isWebAddress, HTTPS)
      .default('https://events.pagerduty.com/v2/enqueue')
      .describe('URL of the PagerDuty Events API. Accounts in the EU use a different URL.'),
    ...common,
    least: severity
      .default('error')
      .describe('Minimum severity of the incidents that are reported on this channel.'),
  }),
  z.strictObject({
    type: z.literal('webhook').describe('A channel that sends JSON to an HTTP endpoint of your choice.'),
    url: address().describe('URL of the HTTP endpoint. The URL is a secret, because it may contain a token.'),
    signingSecret: secret().describe(
      'Key of the HMAC-SHA256 signature over timestamp and body, which Recert adds to each notification.',
    ),
    ...common,
  }),
]);

/** Schema of the detection of incidents and of the channels that receive notifications. */
export const notificationsSchema = z
  .strictObject({
    every: duration().prefault('30s').describe('Interval at which Recert checks for incidents.'),
    recoverAfter: duration()
      .prefault('5m')
      .describe(
        'An incident is resolved when its cause has been absent for this long. A cause that comes and goes within this time is reported only once.',
      ),
    webhooksSilent: duration()
      .prefault('6h')
      .describe(
        'An incident opens when no webhook has arrived for this long. Macs check in every 15 minutes.',
      ),
    workersSilent: duration()
      .prefault('5m')
      .describe(
        'An incident opens when no worker has checked for incidents for this long. The receivers report it.',
      ),
    heartbeat: address()
      .optional()
      .describe(
        'URL of an external monitoring service (dead-man switch). A worker requests the URL after every check for incidents. The service alerts you when the requests stop, even when the whole host is down. The URL is a secret, because it may contain a token.',
      ),
    channels: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'use only a-z, 0-9 and -, at most 32 characters'),
        channelSchema,
      )
      .default({})
      .describe('Notification channels, each under a name of your choice. Empty: no notifications are sent.'),
  })
  .describe('Notifications about incidents.');

export type NotificationsConfig = z.output<typeof notificationsSchema>;
/** The parsed configuration of one notification channel. */
export type ChannelConfig = NotificationsConfig['channels'][string];
