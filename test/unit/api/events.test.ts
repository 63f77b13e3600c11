import { describe, expect, it } from 'vitest';
import { findEvents } from '../../../src/application/webhooks/find-events.js';
import type { EventLog, LoggedEvent } from '../../../src/store/admission/event-log.js';

/** A log of `count` events, one per second from 1,000 on. Every hundredth is a check-in of Mac 7. */
function logOf(count: number): EventLog & { pages: number } {
  const all = Array.from({ length: count }, (_, index): LoggedEvent => {
    const rare = (index + 1) % 100 === 0;
    return {
      id: `${(index + 1) * 1_000}-0`,
      admittedAt: (index + 1) * 1_000,
      event: rare ? 'ComputerCheckIn' : 'JSSStartup',
      at: null,
      computerId: rare ? '7' : null,
      webhookId: '1',
      replayOf: null,
      outcome: rare ? 'touch' : 'hold',
      body: null,
    };
  }).reverse();
  return {
    pages: 0,
    page(_, { before, limit }) {
      this.pages += 1;
      const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1;
      return Promise.resolve(all.slice(from, from + limit));
    },
    get: () => Promise.resolve(null),
  };
}

describe('searching events', () => {
  it('returns pages until the end', async () => {
    const log = logOf(250);
    const first = await findEvents(log, 'prod', {}, { limit: 200 });
    expect(first.events).toHaveLength(200);
    expect(first.next).toBe('51000-0');
    const second = await findEvents(log, 'prod', {}, { before: first.next ?? '', limit: 200 });
    expect(second.events.map(({ id }) => id).at(0)).toBe('50000-0');
    expect(second).toMatchObject({ events: { length: 50 }, next: null });
  });

  it.each([
    ['the event, in any case', { event: 'computercheckin' }],
    ['the Mac', { computerId: '7' }],
    ['the outcome', { outcome: 'touch' }],
  ])('filters by %s, also after the first chunk', async (_, filter) => {
    const { events, next } = await findEvents(logOf(1_200), 'prod', filter, { limit: 50 });
    expect(events.map(({ admittedAt }) => admittedAt / 100_000)).toEqual([
      12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
    expect(next).toBeNull();
  });

  it('includes an event at the end of the requested time range', async () => {
    const log = logOf(1_200);
    const { events, next } = await findEvents(log, 'prod', { since: 1_198_000 }, { limit: 50 });
    expect(events.map(({ admittedAt }) => admittedAt)).toEqual([1_200_000, 1_199_000, 1_198_000]);
    expect(next).toBeNull();
    expect(log.pages).toBe(1);
  });

  it('stops a search for rare events at a limit, and can continue from there', async () => {
    const log = logOf(12_000);
    const filter = { outcome: 'unresolved' };
    const first = await findEvents(log, 'prod', filter, { limit: 50 });
    expect(first).toEqual({ events: [], next: '7001000-0' });
    expect(log.pages).toBe(10);
    const second = await findEvents(log, 'prod', filter, { before: '7001000-0', limit: 50 });
    const third = await findEvents(log, 'prod', filter, { before: second.next ?? '', limit: 50 });
    expect(third.next).toBeNull();
  });
});
