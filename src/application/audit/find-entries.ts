import type { AuditEntry, Ports } from '../ports.js';

/** What is looked for in the audit trail; what is left out does not matter. */
export interface AuditQuery {
  instance?: string | undefined;
  action?: AuditEntry['action'] | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  /** Part of any text of an entry, letter case ignored. */
  text?: string | undefined;
  /** Serial numbers or ids with commas between them. */
  subject?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** So many entries are read at a time, and at most so many looked through for one answer: 2,000 are a few milliseconds. */
const AT_ONCE = 500;
const LOOKED_THROUGH = 2_000;

/** Entries that match, newest first, and where the search goes on: it may find fewer than asked for and still have a `next`. */
export async function findInAudit(
  audit: Pick<Ports['audit'], 'page'>,
  query: AuditQuery,
  mayRead: (entry: AuditEntry) => boolean,
): Promise<{ entries: AuditEntry[]; next: string | null }> {
  const { limit } = query;
  const matches = matcherOf(query);
  const entries: AuditEntry[] = [];
  let before = query.cursor;
  for (let looked = 0; looked < LOOKED_THROUGH;) {
    const page = await audit.page({ before, limit: isNarrowed(query) ? AT_ONCE : limit });
    for (const [index, entry] of page.entries.entries()) {
      looked += 1;
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

function isNarrowed({ instance, action, outcome, text, subject }: AuditQuery): boolean {
  return [instance, action, outcome, text, subject].some((one) => one !== undefined);
}

function matcherOf({ instance, action, outcome, text, subject }: AuditQuery): (entry: AuditEntry) => boolean {
  const part = text?.toLowerCase();
  const wanted = subject === undefined ? null : new Set(subject.split(',').map((one) => one.trim()));
  return (entry) =>
    (instance === undefined || entry.instance === instance) &&
    (action === undefined || entry.action === action) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (wanted === null || entry.subjects.some((one) => wanted.has(one))) &&
    (part === undefined ||
      [entry.who, entry.reason, entry.result, ...entry.subjects].some((one) =>
        one.toLowerCase().includes(part),
      ));
}
