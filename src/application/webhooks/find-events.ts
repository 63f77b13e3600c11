import type { LoggedEvent, Ports } from '../ports.js';

/** Which events are meant; what is left out does not matter. */
export interface EventFilter {
  event?: string | undefined;
  computerId?: string | undefined;
  /** The Mac that it belongs to is meant, and what came under it while no such Mac was known. */
  serialNumber?: string | undefined;
  outcome?: string | undefined;
  /** Admitted at or after, epoch milliseconds. */
  since?: number | undefined;
  /** Admitted at or before, epoch milliseconds. */
  until?: number | undefined;
}

/** Read from the log at once. */
const CHUNK = 500;
/** Looked through for one page: a search for what hardly ever happens goes on with `next`, and never holds up the others. */
const MOST_LOOKED_AT = 5_000;

/** Events that match, newest first. A page may be short, even empty, and still have a `next`. */
export async function findEvents(
  log: Ports['events'],
  instance: string,
  filter: EventFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ events: LoggedEvent[]; next: string | null }> {
  const events: LoggedEvent[] = [];
  const wanted = matcher(filter);
  let from = before ?? (filter.until === undefined ? undefined : `${filter.until + 1}-0`);
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += CHUNK) {
    const chunk = await log.page(instance, { ...(from === undefined ? {} : { before: from }), limit: CHUNK });
    for (const one of chunk) {
      if (filter.since !== undefined && one.admittedAt < filter.since) return { events, next: null };
      from = one.id;
      if (wanted(one)) events.push(one);
      if (events.length === limit) return { events, next: from };
    }
    if (chunk.length < CHUNK) return { events, next: null };
  }
  return { events, next: from ?? null };
}

/** Everything that matches, page by page, newest first. */
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

function matcher(filter: EventFilter): (one: LoggedEvent) => boolean {
  const name = filter.event?.toLowerCase();
  const { outcome } = filter;
  const isMac = macMatcher(filter);
  return (one) =>
    (name === undefined || one.event.toLowerCase() === name) &&
    (outcome === undefined || one.outcome === outcome) &&
    isMac(one);
}

/** Of what is unresolved only the body says which Mac it is about. */
function macMatcher({ computerId, serialNumber }: EventFilter): (one: LoggedEvent) => boolean {
  if (computerId === undefined && serialNumber === undefined) return () => true;
  const serial = serialNumber?.toLowerCase();
  return (one) =>
    one.computerId === null
      ? serial !== undefined &&
        one.outcome === 'unresolved' &&
        (one.body?.toLowerCase().includes(serial) ?? false)
      : one.computerId === computerId;
}
