import type { EventLog, LoggedEvent } from '../store/events.js';

/** Which events are meant; what is left out does not matter. */
export interface EventFilter {
  event?: string | undefined;
  computerId?: string | undefined;
  outcome?: string | undefined;
  /** Admitted at or after, epoch milliseconds. */
  since?: number | undefined;
}

/** Read from the log at once. */
const CHUNK = 500;
/** Looked through for one page: a search for what hardly ever happens goes on with `next`, and never holds up the others. */
const MOST_LOOKED_AT = 5_000;

/** Events that match, newest first. A page may be short, even empty, and still have a `next`. */
export async function findEvents(
  log: EventLog,
  instance: string,
  filter: EventFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ events: LoggedEvent[]; next: string | null }> {
  const events: LoggedEvent[] = [];
  const wanted = matcher(filter);
  let from = before;
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

function matcher({ event, computerId, outcome }: EventFilter): (one: LoggedEvent) => boolean {
  const name = event?.toLowerCase();
  return (one) =>
    (name === undefined || one.event.toLowerCase() === name) &&
    (computerId === undefined || one.computerId === computerId) &&
    (outcome === undefined || one.outcome === outcome);
}
