import { z } from 'zod';
import { SEVERITIES } from '../../domain/incidents/incident.js';
import { duration } from '../values/duration.js';
import { secret } from '../values/secret.js';
import { HTTPS, isWebAddress } from '../values/web-address.js';
import { clockTime, timeZone } from '../values/wall-clock.js';

const severity = z.enum(SEVERITIES);

const quietSchema = z
  .strictObject({
    from: clockTime().describe('Start of the quiet hours, HH:MM.'),
    to: clockTime().describe('End of the quiet hours, HH:MM; on the next day if it is before `from`.'),
    zone: timeZone().describe('Time zone of `from` and `to`, such as Europe/Berlin.'),
    unless: severity
      .default('critical')
      .describe('Incidents with at least this severity are sent during quiet hours, too.'),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'is the same as from, so that the quiet hours would never end',
  })
  .describe('Quiet hours: messages wait until they end.');

const common = {
  least: severity.default('warning').describe('Minimum severity of incidents that are sent to this channel.'),
  quiet: quietSchema.optional(),
};

const address = () => secret().refine((url) => isWebAddress(url.reveal()), HTTPS);

const channelSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('slack').describe('A Slack incoming webhook.'),
    url: address().describe(
      'URL of the incoming webhook. It is a secret: it is sufficient to post messages.',
    ),
    ...common,
  }),
  z.strictObject({
    type: z.literal('pagerduty').describe('A PagerDuty Events API v2 integration.'),
    routingKey: secret().describe('Integration key, 32 characters.'),
    api: z
      .url()
      .refine(isWebAddress, HTTPS)
      .default('https://events.pagerduty.com/v2/enqueue')
      .describe('URL of the Events API. EU accounts have a different one.'),
    ...common,
    least: severity.default('error').describe('Minimum severity of incidents that are sent to this channel.'),
  }),
  z.strictObject({
    type: z.literal('webhook').describe('Any HTTP endpoint that accepts JSON.'),
    url: address().describe('URL of the endpoint. It is a secret, because it may contain a token.'),
    signingSecret: secret().describe('Key of the HMAC-SHA256 signature over timestamp and body.'),
    ...common,
  }),
]);

/** Incident detection and the channels that receive notifications. */
export const notificationsSchema = z
  .strictObject({
    every: duration().prefault('30s').describe('Interval of the check for incidents.'),
    recoverAfter: duration()
      .prefault('5m')
      .describe(
        'An incident that is absent for this long is resolved. A flapping incident is reported once.',
      ),
    webhooksSilent: duration()
      .prefault('6h')
      .describe('Time without a webhook before an incident opens (Macs check in every 15 minutes).'),
    workersSilent: duration()
      .prefault('5m')
      .describe('Time without a check by any worker before an incident opens. The receivers report it.'),
    heartbeat: address()
      .optional()
      .describe(
        'URL of an external dead-man switch. A worker requests it after every check for incidents; the service alerts you when the requests stop, even when the whole host is down. It is a secret, because it may contain a token.',
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

/** Parsed configuration of notifications. */
export type NotificationsConfig = z.output<typeof notificationsSchema>;
/** Parsed configuration of one channel. */
export type ChannelConfig = NotificationsConfig['channels'][string];
