import { expect, test } from 'vitest';
import { type AuditQuery, findAuditEntries } from '../../../src/application/audit/find-entries.js';
import type { AuditEntry, AuditStore } from '../../../src/store/audit/audit.js';

/** IDs of six digits, newest highest. Every tenth entry is a cancellation by Anna for `MAC-<id>`. */
function trailOf(count: number): Pick<AuditStore, 'page'> {
  const all = Array.from({ length: count }, (_, index): AuditEntry => {
    const number = count - index;
    const special = number % 10 === 0;
    return {
      id: String(number).padStart(6, '0'),
      at: number,
      role: 'operator',
      via: 'session',
      computers: 1,
      who: special ? 'Anna (break-glass)' : 'oskar',
      action: special ? 'cancel' : 'redistribute',
      instance: 'prod',
      reason: `INC-${number}`,
      subjects: [`MAC-${number}`],
      outcome: 'done',
      result: 'Done.',
    };
  });
  return {
    page: ({ before, limit }) => {
      const rest = before === undefined ? all : all.filter(({ id }) => id < before);
      const entries = rest.slice(0, limit);
      const next = rest.length > limit ? (entries.at(-1)?.id ?? null) : null;
      return Promise.resolve({ entries, next });
    },
  };
}

/** Reads all pages. Returns the numbers of the found entries, and the number of pages. */
async function findAll(count: number, query: Partial<AuditQuery>, mayRead = () => true) {
  const trail = trailOf(count);
  const found: number[] = [];
  let cursor: string | undefined;
  for (let answers = 1; ; answers += 1) {
    const { entries, next } = await findAuditEntries(trail, { limit: 50, ...query, cursor }, mayRead);
    found.push(...entries.map(({ at }) => at));
    if (next === null) return { found, answers };
    cursor = next;
  }
}

test('returns all entries in pages without a filter, newest first', async () => {
  const { found, answers } = await findAll(120, {});
  expect(found).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
  expect(answers).toBe(3);
  expect((await findAll(100, {})).answers).toBe(2);
});

test.each<[string, Partial<AuditQuery>, number]>([
  ['action', { action: 'cancel' }, 300],
  ['part of a name, letter case ignored', { text: 'ANNA (break' }, 300],
  ['part of the reason', { text: 'inc-2999' }, 1],
  ['several subjects', { subject: 'MAC-7, MAC-2900,MAC-x' }, 2],
  ['all at once', { action: 'cancel', text: 'anna', subject: 'MAC-7,MAC-2900' }, 1],
  ['another server', { instance: 'staging' }, 0],
  ['another outcome', { outcome: 'failed' }, 0],
])('finds entries by %s', async (_, query, count) => {
  const { found } = await findAll(3_000, query);
  expect(found).toHaveLength(count);
  expect(new Set(found).size).toBe(count);
});

test('stops a search at a limit, and returns where to continue', async () => {
  const { entries, next } = await findAuditEntries(trailOf(3_000), { limit: 50, text: 'inc-2 ' }, () => true);
  expect([entries, next]).toEqual([[], '001001']);
});

test('does not find entries that the user may not read', async () => {
  expect((await findAll(100, { action: 'cancel' }, () => false)).found).toEqual([]);
});
