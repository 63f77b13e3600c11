import { z } from 'zod';
import { anything, id, idOf, ids, instantOf, text, textOf, truth } from './coerce.js';

/** What is needed of a Mac that a webhook is about. One of the three is known. */
export interface ComputerFacts {
  /** Computer id in Jamf, which is `jssID` here. */
  id: string | null;
  udid: string;
  serialNumber: string;
}

// Every webhook comes through here: to take the fields as they are and read them afterwards is half the price of a transform for each.
const computerFields = {
  jssID: anything,
  jssId: anything,
  jssid: anything,
  udid: anything,
  serialNumber: anything,
};
const eventSchema = z.object({
  ...computerFields,
  // A smart-group change says `computer: true`.
  computer: z.object(computerFields).optional().catch(undefined),
});

/** The Mac of an event: nested in `computer` as today's check-ins have it, or flat as older ones do. `null` when nothing tells which. */
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

/** What made a Mac check in, in lower case: `startup`, `login`, `recurring`, `enrollment complete` and others. */
export function readTrigger(event: unknown): string {
  const read = checkInSchema.safeParse(event);
  return read.success ? read.data.trigger.toLowerCase() : '';
}

const membershipSchema = z.object({
  computer: truth,
  groupAddedDevicesIds: ids,
  groupRemovedDevicesIds: ids,
});

/** The Macs that entered or left a smart group, each once; `null` when it is not a group of computers. */
export function readMembershipChange(event: unknown): readonly string[] | null {
  const read = membershipSchema.safeParse(event);
  if (!read.success || read.data.computer === false) return null;
  return [...new Set([...read.data.groupAddedDevicesIds, ...read.data.groupRemovedDevicesIds])];
}

const operationSchema = z.object({
  objectID: id,
  objectTypeName: text,
  operationSuccessful: truth,
  restAPIOperationType: text,
});

/** The computer whose record was deleted through the Classic API, `null` when the operation was another one. */
export function readDeletedComputer(event: unknown): string | null {
  const read = operationSchema.safeParse(event);
  if (!read.success) return null;
  const { objectID, objectTypeName, operationSuccessful, restAPIOperationType } = read.data;
  const deleted = restAPIOperationType.toUpperCase() === 'DELETE' && operationSuccessful !== false;
  return deleted && objectTypeName.toLowerCase() === 'computer' ? objectID : null;
}

/**
 * The configuration profile that was written through the Classic API, `null` when the operation was another one. How Jamf calls the
 * profiles of Macs here is not documented, so whatever has `profile` in its name counts, those of mobile devices apart: an id that is
 * not watched changes nothing, and a profile read in vain costs one call (jamf-facts 1.5). Reads are left out, our own among them.
 */
export function readWrittenProfile(event: unknown): string | null {
  const read = operationSchema.safeParse(event);
  if (!read.success) return null;
  const { objectID, objectTypeName, operationSuccessful, restAPIOperationType } = read.data;
  const written = WRITING.has(restAPIOperationType.toUpperCase()) && operationSuccessful !== false;
  return written && /profile/i.test(objectTypeName) && !/mobile/i.test(objectTypeName) ? objectID : null;
}

const WRITING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

const envelopeSchema = z.object({
  webhook: z.object({ id: anything, webhookEvent: anything, eventTimestamp: anything }),
  event: anything,
});

/** What stands around every event, `null` when nothing names the event: all else may be missing. */
export function readEnvelope(parsed: unknown): {
  /** As it was sent. */
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
