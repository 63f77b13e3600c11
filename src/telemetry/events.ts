import { apiEvents, type ApiEvents } from './events/api.js';
import { fleetEvents, type FleetEvents } from './events/fleet.js';
import { jamfEvents, type JamfEvents } from './events/jamf.js';
import { leaseEvents, type LeaseEvents } from './events/lease.js';
import { notifyEvents, type NotifyEvents } from './events/notify.js';
import { processEvents, type ProcessEvents } from './events/process.js';
import { redistributionEvents, type RedistributionEvents } from './events/redistribution.js';
import { signInEvents, type SignInEvents } from './events/sign-in.js';
import { spoolEvents, type SpoolEvents } from './events/spool.js';
import { storeEvents, type StoreEvents } from './events/store.js';
import { webhookEvents, type WebhookEvents } from './events/webhook.js';
import type { Description, Descriptions } from './description.js';

/** The fields of every operator event, by kind. Fields are logged unchanged, so they must not contain a secret. */
export interface OperatorEvents
  extends
    ProcessEvents,
    WebhookEvents,
    SpoolEvents,
    StoreEvents,
    JamfEvents,
    FleetEvents,
    RedistributionEvents,
    LeaseEvents,
    ApiEvents,
    SignInEvents,
    NotifyEvents {}

export type EventKind = keyof OperatorEvents;

/** The fields of an operator event whose kind is not known. */
export type EventFields = Readonly<Record<string, unknown>>;

const descriptions: Descriptions<OperatorEvents> = {
  ...processEvents,
  ...webhookEvents,
  ...spoolEvents,
  ...storeEvents,
  ...jamfEvents,
  ...fleetEvents,
  ...redistributionEvents,
  ...leaseEvents,
  ...apiEvents,
  ...signInEvents,
  ...notifyEvents,
};

/** Returns log level, message and metrics of one kind of operator event. */
export function describe<Kind extends EventKind>(kind: Kind): Description<OperatorEvents[Kind]> {
  return descriptions[kind];
}

/** All kinds of operator events. Used to register every metric when the process starts. */
export const eventKinds = Object.keys(descriptions) as EventKind[];
