import { describe, expect, test } from 'vitest';
import type {
  AuditEntry,
  ComputerSummary,
  EventSummary,
  RedistributionDetail,
} from '../../../console/src/api/answers.js';
import { chronicleOf } from '../../../console/src/macs/chronicle.js';
import { CSV_HEADER, csvOf } from '../../../console/src/macs/list/csv.js';
import {
  ALL_MACS,
  hasSelection,
  isSelected,
  NO_MACS,
  toggleSelection,
} from '../../../console/src/macs/list/selection.js';

const mac: ComputerSummary = {
  instance: 'prod',
  id: '7',
  serialNumber: 'C02SEVEN',
  name: 'MBA-7',
  username: 'jane.doe',
  realName: 'Jane Doe',
  managed: true,
  reportedAt: Date.UTC(2026, 10, 23),
  lastContactAt: null,
  retiredAt: null,
  states: [{ profile: 'okta', state: 'due', expiresAt: Date.UTC(2026, 11, 1), dueAt: null }],
};
/** The line from its third field, the name. */
const nameIn = (name: string) => csvOf([{ ...mac, name }]).slice('7,C02SEVEN,'.length);

describe('CSV', () => {
  test('has one line per Mac with the columns of the header, times in UTC', () => {
    expect(CSV_HEADER.split(',')).toHaveLength(12);
    expect(csvOf([mac])).toBe(
      '7,C02SEVEN,MBA-7,jane.doe,Jane Doe,yes,,2026-11-23T00:00:00.000Z,okta,due,2026-12-01T00:00:00.000Z,\r\n',
    );
  });

  test.each([
    ['Jane, "the boss"', '"Jane, ""the boss"""'],
    ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['two\nlines', '"two\nlines"'],
  ])('keeps %j in its cell, and never as a formula', (name, cell) => {
    expect(nameIn(name).startsWith(`${cell},`)).toBe(true);
  });
});

describe('selection', () => {
  test('some Macs', () => {
    const some = toggleSelection(toggleSelection(NO_MACS, '1'), '2');
    expect(['1', '2', '3'].map((id) => isSelected(some, id))).toEqual([true, true, false]);
    expect(hasSelection(toggleSelection(toggleSelection(some, '1'), '2'))).toBe(false);
  });

  test('all matching Macs except some', () => {
    const most = toggleSelection(ALL_MACS, '2');
    expect(['1', '2', 'unknown'].map((id) => isSelected(most, id))).toEqual([true, false, true]);
  });
});

describe('the activity of a Mac', () => {
  const event = (id: string, admittedAt: number, kind = 'ComputerCheckIn'): EventSummary => ({
    id,
    admittedAt,
    event: kind,
    at: null,
    computerId: '7',
    webhookId: null,
    outcome: 'touch',
    replayOf: null,
  });
  const redistribution = {
    id: 'r1',
    profile: 'okta',
    history: [
      { at: 30, from: null, to: 'due', why: 'the certificate is inside the renewal window', evidence: {} },
    ],
    attemptList: [
      {
        number: 1,
        direction: 'to-green',
        intentAt: 40,
        triggeredAt: 41,
        blankPushes: [50],
        command: { uuid: 'u', state: 'ERROR', sentAt: 42, completedAt: 60, error: '' },
        endedAt: 60,
        outcome: 'error',
        error: 'the challenge is wrong',
      },
    ],
  } as const;
  const entry: AuditEntry = {
    id: 'a',
    at: 35,
    who: 'anna',
    role: 'operator',
    via: 'token',
    action: 'redistribute',
    instance: 'prod',
    reason: 'INC-1',
    computers: 1,
    subjects: ['C02SEVEN'],
    outcome: 'done',
    result: '1 opened',
  };
  const of = (events: readonly EventSummary[]) =>
    chronicleOf({
      events,
      redistributions: [redistribution as unknown as RedistributionDetail],
      audit: [entry],
    });

  test('has webhooks, redistributions, calls and audit log entries, newest first', () => {
    const lines = of([event('1', 10), event('2', 45)]);
    expect(lines.map(({ at }) => at)).toEqual([60, 50, 45, 42, 41, 40, 35, 30, 10]);
    expect(lines.map(({ kind }) => kind)).toEqual([
      'call',
      'call',
      'webhook',
      'call',
      'call',
      'call',
      'person',
      'redistribution',
      'webhook',
    ]);
    expect(lines[0]).toMatchObject({ tone: 'bad', more: 'the challenge is wrong' });
  });

  test('identical webhooks in a row are one entry', () => {
    const lines = of([
      event('1', 10),
      event('2', 12),
      event('3', 14),
      event('4', 100),
      event('5', 101, 'PushSent'),
    ]);
    expect(
      lines.filter(({ kind }) => kind === 'webhook').map(({ what, times, at }) => [what, times, at]),
    ).toEqual([
      ['PushSent', 1, 101],
      ['ComputerCheckIn', 1, 100],
      ['ComputerCheckIn', 3, 14],
    ]);
  });
});
