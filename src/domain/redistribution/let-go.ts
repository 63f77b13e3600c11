import type { Redistribution } from './record.js';
import { move, note, TRANSITIONS } from './transitions.js';

/**
 * Closes a redistribution of a server that is not configured any more, at the request of a person: nothing is changed in Jamf Pro, so the
 * Mac keeps the profiles and groups that it has.
 */
export function letGo(
  record: Redistribution,
  { by, reason, at }: { by: string; reason: string; at: number },
): Redistribution {
  const why = `closed by ${by}, because the server was removed from the configuration; the groups in Jamf Pro stay unchanged: ${reason}`;
  const { settlement } = record;
  const changes: Partial<Redistribution> = {
    intent: null,
    lease: null,
    settlement: settlement?.doneAt === null ? { ...settlement, doneAt: at, outcome: 'left' } : settlement,
    closedAt: at,
    wakeAt: at,
  };
  // A Mac that is excluded cannot be canceled, because its redistribution would have to restore it first.
  return TRANSITIONS[record.state].some(({ to }) => to === 'cancelled')
    ? move(record, 'cancelled', { at, why }, changes)
    : note(record, { at, why }, changes);
}
