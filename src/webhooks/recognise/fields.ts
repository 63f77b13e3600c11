import { z } from 'zod';
import { enumeration } from '../../xml/coerce.js';
import { anything, id, idOf, ids, instantOf, text, textOf, truth } from './coerce.js';

/** What identifies a Mac in a webhook. At least one of the three fields is set. */
export interface ComputerFacts {
  /** Jamf Pro ID of the Mac, the field `jssID`. */
  id: string | null;
  udid: string;
  serialNumber: string;
}

// Every webhook is parsed with this schema. Converting the fields after parsing takes half as long as a zod
// transform for each field.
const computerFields = {
  jssID: anything,
  jssId: anything,
  jssid: anything,
  udid: anything,
  serialNumber: anything,
};
const eventSchema = z.object({
  ...computerFields,
  // Smart-group events have `computer: true` instead of an object.
  computer: z.object(computerFields).optional().catch(undefined),
});

/**
 * Reads the Mac of an event, which is in the field `computer` (current versions) or in the event itself (older
 * versions); `null` when the event does not identify a Mac.
 */
export function readComputer(event: unknown): ComputerFacts | null {
  const read = eventSchema.safeParse(event);
  if (!read.success) return null;
  const fields = read.data.computer ?? read.data;
  const computerId = idOf(fields.jssID) ?? idOf(fields.jssId) ?? idOf(fields.jssid);
  const udid = textOf(fields.udid);
  const serialNumber = textOf(fields.serialNumber);
  return computerId !== null || udid || serialNumber ? { id: computerId, udid, serialNumber } : null;
}

const checkInSchema = z.object({ trigger: text });

const enrollment = enumeration(['enrollment complete', 'enrolment complete']);

/** Whether a check-in follows an enrollment. Other triggers are `startup`, `login`, `recurring` and names that administrators choose. */
export function isEnrollment(event: unknown): boolean {
  const read = checkInSchema.safeParse(event);
  return read.success && enrollment(read.data.trigger) !== null;
}

const membershipSchema = z.object({
  computer: truth,
  groupAddedDevicesIds: ids,
  groupRemovedDevicesIds: ids,
});

/**
 * Reads the IDs of the Macs that entered or left a smart group, without duplicates; `null` when the group does not
 * contain computers.
 */
export function readMembershipChange(event: unknown): readonly string[] | null {
  const read = membershipSchema.safeParse(event);
  if (!read.success || read.data.computer === false) return null;
  return [...new Set([...read.data.groupAddedDevicesIds, ...read.data.groupRemovedDevicesIds])];
}

const writing = enumeration(['POST', 'PUT', 'PATCH', 'DELETE']);
const computerType = enumeration(['Computer']);

const operationSchema = z.object({
  objectID: id,
  objectTypeName: text,
  operationSuccessful: truth,
  restAPIOperationType: text,
});

/** Reads the ID of a computer whose record was deleted through the Classic API; `null` for any other operation. */
export function readDeletedComputer(event: unknown): string | null {
  const read = operationSchema.safeParse(event);
  if (!read.success) return null;
  const { objectID, objectTypeName, operationSuccessful, restAPIOperationType } = read.data;
  const deleted = writing(restAPIOperationType) === 'DELETE' && operationSuccessful !== false;
  return deleted && computerType(objectTypeName) !== null ? objectID : null;
}

/**
 * Reads the ID of a configuration profile that was saved or deleted through the Classic API; `null` for any other
 * operation, including reads. Jamf does not document which object type macOS profiles have in this event, so every type
 * that contains `profile` but not `mobile` matches. A wrong match has no effect unless its ID is that of a watched
 * profile; it then causes one unnecessary read.
 */
export function readWrittenProfile(event: unknown): string | null {
  const read = operationSchema.safeParse(event);
  if (!read.success) return null;
  const { objectID, objectTypeName, operationSuccessful, restAPIOperationType } = read.data;
  const written = writing(restAPIOperationType) !== null && operationSuccessful !== false;
  return written && /profile/i.test(objectTypeName) && !/mobile/i.test(objectTypeName) ? objectID : null;
}

const envelopeSchema = z.object({
  webhook: z.object({ id: anything, webhookEvent: anything, eventTimestamp: anything }),
  event: anything,
});

/** Reads the envelope of a webhook; `null` if it has no event name. All other fields may be missing. */
export function readEnvelope(parsed: unknown): {
  /** Name of the event as it was sent. */
  name: string;
  at: number | null;
  webhookId: string | null;
  event: unknown;
} | null {
  const read = envelopeSchema.safeParse(parsed);
  if (!read.success) return null;
  const { webhook, event } = read.data;
  const name = textOf(webhook.webhookEvent);
  return name ? { name, at: instantOf(webhook.eventTimestamp), webhookId: idOf(webhook.id), event } : null;
}
