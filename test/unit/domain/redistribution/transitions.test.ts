import { describe, expect, it } from 'vitest';
import type { State } from '../../../../src/domain/redistribution/record.js';
import { TRANSITIONS } from '../../../../src/domain/redistribution/transitions.js';
import {
  certificateOf,
  computerOf,
  cycleOf,
  DAY,
  HOUR,
  IDS,
  MINUTE,
  profileOf,
  START,
} from '../../../support/redistribution/fixtures.js';
import {
  acknowledged,
  failed,
  green,
  install,
  intent,
  nextState,
  renewedByUs,
  renewedNatively,
  type StepCase,
  seen,
  awaitingProof,
  triggerIntended,
} from './step-cases.js';

const walked = new Set<string>();

const pushed: StepCase = {
  attempt: { ...seen(install()), deliveryFrom: START + MINUTE },
  evidence: { commands: green(install()) },
};
const retrying: StepCase = {
  attempt: { ...seen(failed), endedAt: START + 11 * MINUTE, outcome: 'error' },
  record: { retryAt: START + 2 * HOUR },
};
const offline: StepCase = {
  attempt: { ...seen(install()), deliveryFrom: START + MINUTE },
  record: { blocked: { reason: 'offline', text: '' }, since: START + 30 * MINUTE },
  computer: { lastContactAt: START },
};
const flushed = { mechanism: 'unstick' as const, blankPushes: [START] };
const cycling = { mechanisms: ['overlap', 'cycle'] as const, cycle: cycleOf() };
const lease = { groupId: IDS.exclude, at: START, dueAt: START + HOUR, returningSince: null };
const excluding = { ...intent, change: { group: 'exclude' as const, op: 'add' as const } };
const onlyJamf = { overlap: undefined, mechanisms: ['native', 'unstick'] as const };
const early = {
  policy: { nativeGrace: 14 * DAY },
  computer: {
    certificates: [
      certificateOf('blue', {
        serialNumber: 'OLD',
        issuedAt: START - 336 * DAY,
        expiresAt: START + 29 * DAY,
      }),
    ],
  },
};
const nativeFailure = { cause: 'no-command' as const, text: 'Jamf Pro sent nothing' };
const unprofiled = {
  commands: { 'install-blue': [] },
  cover: {
    blue: {
      profile: {
        ...profileOf('blue'),
        scep: [],
        install: 'automatic' as const,
        unseenScope: { limitedBy: [], users: false },
      },
      computer: computerOf(),
    },
  },
};
const CASES: readonly [from: State, to: State, when: string, scene: StepCase][] = [
  ['due', 'eligible', 'no grace is given', {}],
  ['due', 'blocked', 'the subject is too long', { ...early, subject: [['CN', 'x'.repeat(65)]] }],
  ['due', 'verified', 'Jamf Pro renewed it', { computer: renewedNatively }],
  [
    'due',
    'cancelled',
    'a person cancels it',
    { record: { cancelRequest: { by: 'ada', reason: 'no', at: START } } },
  ],
  [
    'eligible',
    'triggered',
    'the group shows the write',
    { ...triggerIntended, evidence: { membership: { joinGreen: true, leaveBlue: false } } },
  ],
  [
    'eligible',
    'triggered',
    'its command shows the write',
    { ...triggerIntended, evidence: { commands: green(install()) } },
  ],
  [
    'eligible',
    'triggered',
    'an InstallProfile is under way in an overlap',
    { evidence: { membership: { joinGreen: true, leaveBlue: false }, commands: green(install()) } },
  ],
  ['eligible', 'blocked', 'observing', { policy: { mode: 'observe' } }],
  ['eligible', 'verified', 'someone else renewed it', { computer: renewedNatively }],
  ['eligible', 'cancelled', 'it was deleted from Jamf Pro', { computer: { retiredAt: START } }],
  [
    'blocked',
    'due',
    'the subject fits within the grace period',
    { ...early, record: { blocked: { reason: 'subject-too-long', text: '' } } },
  ],
  ['blocked', 'eligible', 'all checks pass', { record: { blocked: { reason: 'paused', text: '' } } }],
  [
    'blocked',
    'blocked',
    'another precondition is not met',
    { record: { blocked: { reason: 'paused', text: '' } }, computer: { lastContactAt: START - 3 * DAY } },
  ],
  [
    'blocked',
    'pushed',
    'the Mac checks in again',
    { ...offline, computer: { lastContactAt: START + 50 * MINUTE } },
  ],
  [
    'blocked',
    'pushed',
    'the command was answered',
    { ...offline, evidence: { commands: green(acknowledged) } },
  ],
  [
    'blocked',
    'triggered',
    'cleared commands can be sent because the Mac checks in again',
    { ...offline, attempt: flushed, computer: { lastContactAt: START + 50 * MINUTE } },
  ],
  [
    'blocked',
    'verified',
    'someone else renewed it',
    { record: { blocked: { reason: 'offline', text: '' } }, computer: renewedNatively },
  ],
  ['blocked', 'cancelled', 'it re-enrolled', { ...offline, computer: { managementId: 'm-2' } }],
  [
    'triggered',
    'pushed',
    'InstallProfile appears',
    { attempt: {}, evidence: { commands: green(install()) } },
  ],
  [
    'triggered',
    'retry',
    'no InstallProfile command in time',
    { attempt: {}, evidence: { membership: { joinGreen: true } } },
  ],
  [
    'triggered',
    'verifying',
    'no InstallProfile is listed by a server that never listed an acknowledged one',
    { attempt: {}, evidence: { membership: { joinGreen: true }, listing: { listedAt: null, unlisted: 0 } } },
  ],
  [
    'triggered',
    'blocked',
    'failed commands were cleared and the Mac has not checked in since',
    { attempt: flushed, computer: { lastContactAt: START } },
  ],
  [
    'eligible',
    'excluded',
    'the exclusion group shows the write',
    {
      attempt: { mechanism: 'cycle', overlaps: false, direction: 'to-blue' },
      record: { intent: excluding, lease },
      policy: cycling,
      evidence: { membership: { exclude: true } },
    },
  ],
  [
    'excluded',
    'including',
    'the lease is over',
    {
      attempt: { mechanism: 'cycle', overlaps: false, direction: 'to-blue' },
      record: { lease },
      policy: cycling,
      now: START + HOUR,
    },
  ],
  [
    'including',
    'triggered',
    'the exclusion group shows it gone',
    {
      attempt: { mechanism: 'cycle', overlaps: false, direction: 'to-blue' },
      record: { lease },
      policy: cycling,
      evidence: { membership: { exclude: false } },
    },
  ],
  [
    'eligible',
    'needs-human',
    'only Jamf Pro renews, and it did not',
    { policy: onlyJamf, evidence: unprofiled },
  ],
  [
    'blocked',
    'needs-human',
    'only Jamf Pro renews, and it did not',
    { record: { blocked: { reason: 'offline', text: '' } }, policy: onlyJamf, evidence: unprofiled },
  ],
  ['needs-human', 'eligible', 'another mechanism is configured', { record: { nativeFailure } }],
  [
    'needs-human',
    'verified',
    'Jamf Pro renewed it late',
    { record: { nativeFailure }, policy: onlyJamf, computer: renewedNatively },
  ],
  [
    'needs-human',
    'cancelled',
    'it was deleted from Jamf Pro',
    { record: { nativeFailure }, policy: onlyJamf, computer: { retiredAt: START } },
  ],
  [
    'triggered',
    'needs-human',
    'not verified in time and no attempts are left',
    { attempt: {}, evidence: { attemptsUsed: 3 } },
  ],
  ['triggered', 'cancelled', 'it re-enrolled', { attempt: {}, computer: { enrolledAt: START + MINUTE } }],
  ['pushed', 'verifying', 'acknowledged', { ...pushed, evidence: { commands: green(acknowledged) } }],
  ['pushed', 'retry', 'it failed', { ...pushed, evidence: { commands: green(failed), failureText: 'no' } }],
  ['pushed', 'verifying', 'the command is gone', { attempt: { ...seen(install()), missingSince: START } }],
  ['pushed', 'blocked', 'not taken for a week', { ...pushed, now: START + 8 * DAY }],
  [
    'pushed',
    'needs-human',
    'it failed for the third time',
    { ...pushed, evidence: { commands: green(failed), failureText: 'no', attemptsUsed: 3 } },
  ],
  ['pushed', 'cancelled', 'it was deleted from Jamf Pro', { ...pushed, computer: { retiredAt: START } }],
  ['verifying', 'verified', 'inventory shows it', { ...awaitingProof, computer: renewedByUs }],
  ['verifying', 'pushed', 'its command appears', { attempt: {}, evidence: { commands: green(install()) } }],
  ['verifying', 'verified', 'inventory shows it without a command', { attempt: {}, computer: renewedByUs }],
  [
    'verifying',
    'retry',
    'inventory shows neither the profile nor a certificate, and there is no command',
    { attempt: {}, record: { since: START }, computer: { reportedAt: START + MINUTE } },
  ],
  ['verifying', 'retry', 'not verified in time', { ...awaitingProof, now: START + 9 * DAY }],
  [
    'verifying',
    'needs-human',
    'not verified in time and no attempts are left',
    { ...awaitingProof, now: START + 9 * DAY, evidence: { attemptsUsed: 3 } },
  ],
  ['verifying', 'cancelled', 'it re-enrolled', { ...awaitingProof, computer: { managementId: 'm-2' } }],
  ['retry', 'eligible', 'the retry delay is over', { ...retrying, now: START + 2 * HOUR }],
  ['retry', 'verified', 'someone else renewed it', { ...retrying, computer: renewedNatively }],
  ['retry', 'cancelled', 'it was deleted from Jamf Pro', { ...retrying, computer: { retiredAt: START } }],
];

describe('every transition', () => {
  it.each(CASES)('%s → %s when %s', (from, to, _when, scene) => {
    const led = nextState(from, scene);
    walked.add(`${from} → ${led.to}`);
    expect(led.to, led.why).toBe(to);
    expect(led.why).not.toBe('');
  });

  it('is listed in this test', () => {
    const all = Object.entries(TRANSITIONS).flatMap(([from, ways]) =>
      ways.map(({ to }) => `${from} → ${to}`),
    );
    expect([...walked].toSorted()).toEqual([...new Set(all)].toSorted());
  });
});
