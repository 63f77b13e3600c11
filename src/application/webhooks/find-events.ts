import type { LoggedEvent, Ports } from '../ports.js';

/** Filters of the log of webhooks. A filter that is absent matches everything. */
export interface EventFilter {
  event?: string | undefined;
  computerId?: string | undefined;
  /**
   * Serial number of the Mac. Also matches unresolved events whose body contains it, because Recert did not know the
   * Mac when they arrived.
   */
  serialNumber?: string | undefined;
  outcome?: string | undefined;
  /** Only events admitted at or after this time, epoch milliseconds. */
  since?: number | undefined;
  /** Only events admitted at or before this time, epoch milliseconds. */
  until?: number | undefined;
}

/** Number of events that are read from the log at a time. */
const CHUNK = 500;
/**
 * Maximum number of events that are scanned for one page, so that one request does not block others. A search for
 * rare events continues with `next`.
 */
const MAX_SCANNED = 5_000;

/** Returns a page of events that match, newest first. A page may be short or even empty and still have a `next` cursor. */
export async function findEvents(
  log: Ports['events'],
  instance: string,
  filter: EventFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ events: LoggedEvent[]; next: string | null }> {
  const events: LoggedEvent[] = [];
  const matches = matcher(filter);
  let from = before ?? (filter.until === undefined ? undefined : `${filter.until + 1}-0`);
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += CHUNK) {
    const chunk = await log.page(instance, { ...(from === undefined ? {} : { before: from }), limit: CHUNK });
    for (const event of chunk) {
      if (filter.since !== undefined && event.admittedAt < filter.since) return { events, next: null };
      from = event.id;
      if (matches(event)) events.push(event);
      if (events.length === limit) return { events, next: from };
    }
    if (chunk.length < CHUNK) return { events, next: null };
  }
  return { events, next: from ?? null };
}

/** Returns all events that match, page by page, newest first. */
export async function* eachEvent(
  log: Ports['events'],
  instance: string,
  filter: EventFilter,
): AsyncGenerator<readonly LoggedEvent[]> {
  let before: string | undefined;
  do {
    const { events, next } = await findEvents(log, instance, filter, { before, limit: CHUNK });
    if (events.length > 0) yield events;
    before = next ?? undefined;
  } while (before !== undefined);
}

function matcher(filter: EventFilter): (event: LoggedEvent) => boolean {
  const name = filter.event?.toLowerCase();
  const { outcome } = filter;
  const isMac = macMatcher(filter);
  return (logged) =>
    (name === undefined || logged.event.toLowerCase() === name) &&
    (outcome === undefined || logged.outcome === outcome) &&
    isMac(logged);
}

/** Returns the filter by Mac. An unresolved event has no computer ID, so its body is searched for the serial number. */
function macMatcher({ computerId, serialNumber }: EventFilter): (event: LoggedEvent) => boolean {
  if (computerId === undefined && serialNumber === undefined) return () => true;
  const serial = serialNumber?.toLowerCase();
  return (event) =>
    event.computerId === null
      ? serial !== undefined &&
        event.outcome === 'unresolved' &&
        (event.body?.toLowerCase().includes(serial) ?? false)
      : event.computerId === computerId;
}
