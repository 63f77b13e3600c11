import { apiEvents, type ApiEvents } from './events/api.js';
import { fleetEvents, type FleetEvents } from './events/fleet.js';
import { jamfEvents, type JamfEvents } from './events/jamf.js';
import { leaseEvents, type LeaseEvents } from './events/lease.js';
import { notifyEvents, type NotifyEvents } from './events/notify.js';
import { processEvents, type ProcessEvents } from './events/process.js';
import { redistributionEvents, type RedistributionEvents } from './events/redistribution.js';
import { signInEvents, type SignInEvents } from './events/sign-in.js';
import { spoolEvents, type SpoolEvents } from './events/spool.js';
import { webhookEvents, type WebhookEvents } from './events/webhook.js';
import type { Description, Descriptions } from './description.js';

/** Every operator event, by kind, with its fields. Fields are logged as they are: no secret may be one. */
export interface OperatorEvents
  extends
    ProcessEvents,
    WebhookEvents,
    SpoolEvents,
    JamfEvents,
    FleetEvents,
    RedistributionEvents,
    LeaseEvents,
    ApiEvents,
    SignInEvents,
    NotifyEvents {}

/** Name of an operator event. */
export type EventKind = keyof OperatorEvents;

/** Fields of an operator event as the log and the metrics read them. */
export type EventFields = Readonly<Record<string, unknown>>;

const descriptions: Descriptions<OperatorEvents> = {
  ...processEvents,
  ...webhookEvents,
  ...spoolEvents,
  ...jamfEvents,
  ...fleetEvents,
  ...redistributionEvents,
  ...leaseEvents,
  ...apiEvents,
  ...signInEvents,
  ...notifyEvents,
};

/** How an event is told. */
export function describe<Kind extends EventKind>(kind: Kind): Description<OperatorEvents[Kind]> {
  return descriptions[kind];
}

/** All kinds, for registering metrics at start. */
export const eventKinds = Object.keys(descriptions) as EventKind[];
