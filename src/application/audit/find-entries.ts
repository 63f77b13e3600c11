import type { AuditEntry, Ports } from '../ports.js';

/** Filters of the audit log. A filter that is absent matches everything. */
export interface AuditQuery {
  instance?: string | undefined;
  action?: AuditEntry['action'] | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  /** Text that occurs anywhere in an entry; case-insensitive. */
  text?: string | undefined;
  /** Serial numbers or IDs of Macs, separated by commas. An entry matches if it names at least one of these Macs. */
  subject?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Number of entries that are read from the log at a time. */
const CHUNK = 500;
/** Maximum number of entries that are scanned for one page. Scanning this number takes a few milliseconds. */
const MAX_SCANNED = 2_000;

/**
 * Returns a page of the audit log entries that match the query, newest first. A page may have fewer entries than
 * `limit`, even none, and still have a `next` cursor. Entries for which `mayRead` returns `false` are left out.
 */
export async function findAuditEntries(
  audit: Pick<Ports['audit'], 'page'>,
  query: AuditQuery,
  mayRead: (entry: AuditEntry) => boolean,
): Promise<{ entries: AuditEntry[]; next: string | null }> {
  const { limit } = query;
  const matches = matcherOf(query);
  const entries: AuditEntry[] = [];
  let before = query.cursor;
  for (let scanned = 0; scanned < MAX_SCANNED;) {
    const page = await audit.page({ before, limit: hasFilter(query) ? CHUNK : limit });
    for (const [index, entry] of page.entries.entries()) {
      scanned += 1;
      if (!mayRead(entry) || !matches(entry)) continue;
      entries.push(entry);
      const last = page.next === null && index === page.entries.length - 1;
      if (entries.length === limit) return { entries, next: last ? null : entry.id };
    }
    if (page.next === null) return { entries, next: null };
    before = page.next;
  }
  return { entries, next: before ?? null };
}

function hasFilter({ instance, action, outcome, text, subject }: AuditQuery): boolean {
  return [instance, action, outcome, text, subject].some((value) => value !== undefined);
}

function matcherOf({ instance, action, outcome, text, subject }: AuditQuery): (entry: AuditEntry) => boolean {
  const part = text?.toLowerCase();
  const wanted = subject === undefined ? null : new Set(subject.split(',').map((part) => part.trim()));
  return (entry) =>
    (instance === undefined || entry.instance === instance) &&
    (action === undefined || entry.action === action) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (wanted === null || entry.subjects.some((name) => wanted.has(name))) &&
    (part === undefined ||
      [entry.who, entry.reason, entry.result, ...entry.subjects].some((value) =>
        value.toLowerCase().includes(part),
      ));
}
