import type { Redistribution } from './record.js';
import { move, note, TRANSITIONS } from './transitions.js';

/**
 * Closes a redistribution of a server that is no longer configured, at the request of a person. Recert changes nothing in Jamf Pro, so
 * the Mac keeps its current profiles and groups.
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
  // While a Mac is excluded, its redistribution cannot change to `cancelled`, because the Mac would have to be restored first.
  return TRANSITIONS[record.state].some(({ to }) => to === 'cancelled')
    ? move(record, 'cancelled', { at, why }, changes)
    : note(record, { at, why }, changes);
}
