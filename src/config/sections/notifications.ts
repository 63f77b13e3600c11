import { z } from 'zod';
import { SEVERITIES } from '../../domain/incidents/incident.js';
import { duration } from '../values/duration.js';
import { secret } from '../values/secret.js';
import { HTTPS, isWebAddress } from '../values/web-address.js';
import { clockTime, timeZone } from '../values/wall-clock.js';

const severity = z.enum(SEVERITIES);

const quietSchema = z
  .strictObject({
    from: clockTime().describe('When the quiet begins, HH:MM.'),
    to: clockTime().describe('When it ends, HH:MM; on the next day when that is before `from`.'),
    zone: timeZone().describe('Whose clocks, such as Europe/Berlin.'),
    unless: severity.default('critical').describe('What is at least so severe is told all the same.'),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'is the same as from: when is it not quiet?',
  })
  .describe('Hours in which messages wait until the end of the quiet.');

const common = {
  least: severity.default('warning').describe('Incidents less severe than this are not told here.'),
  quiet: quietSchema.optional(),
};

const address = () => secret().refine((one) => isWebAddress(one.reveal()), HTTPS);

const channelSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('slack').describe('An incoming webhook of Slack.'),
    url: address().describe('Address of the incoming webhook: whoever has it can post, so it is a secret.'),
    ...common,
  }),
  z.strictObject({
    type: z.literal('pagerduty').describe('An Events API v2 integration of PagerDuty.'),
    routingKey: secret().describe('Its integration key, 32 characters.'),
    api: z
      .url()
      .refine(isWebAddress, HTTPS)
      .default('https://events.pagerduty.com/v2/enqueue')
      .describe('Address of the Events API; accounts in the EU have another one.'),
    ...common,
    least: severity.default('error').describe('Incidents less severe than this are not told here.'),
  }),
  z.strictObject({
    type: z.literal('webhook').describe('Any receiver of JSON over HTTP.'),
    url: address().describe('Address of the receiver; it may carry a token, so it is a secret.'),
    signingSecret: secret().describe('Key of the HMAC-SHA256 over time and body.'),
    ...common,
  }),
]);

/** Whom Recert tells of incidents. */
export const notificationsSchema = z
  .strictObject({
    every: duration().prefault('30s').describe('How often the present state is looked at for incidents.'),
    recoverAfter: duration()
      .prefault('5m')
      .describe('An incident that is gone for so long is over; one that comes and goes is told once.'),
    webhooksSilent: duration()
      .prefault('6h')
      .describe('No webhook for so long is an incident: Macs check in every 15 minutes.'),
    workersSilent: duration()
      .prefault('5m')
      .describe('No look of any worker for so long is an incident, which the receivers tell.'),
    heartbeat: address()
      .optional()
      .describe(
        'Address of a watchman outside (a dead-man switch) that is fetched after every look of a worker and speaks up when that ends: it hears even of a house that is gone. It may carry a token, so it is a secret.',
      ),
    channels: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a name is a-z, 0-9 and -'), channelSchema)
      .default({})
      .describe('Where messages go, each under a name of yours. Empty: nobody is told.'),
  })
  .describe('Messages about incidents.');

/** As configured. */
export type NotificationsConfig = z.output<typeof notificationsSchema>;
/** One place where messages go. */
export type ChannelConfig = NotificationsConfig['channels'][string];
