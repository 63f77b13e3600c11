import { assess } from '../../../../src/domain/assess.js';
import type { KnownComputer } from '../../../../src/domain/known.js';
import type { MdmCommand, Profile } from '../../../../src/domain/profile.js';
import { newAttempt } from '../../../../src/domain/redistribution/attempt.js';
import type { Evidence, Outcome } from '../../../../src/domain/redistribution/evidence/evidence.js';
import { openRedistribution } from '../../../../src/domain/redistribution/open.js';
import type { Attempt, Redistribution, State } from '../../../../src/domain/redistribution/record.js';
import { step } from '../../../../src/domain/redistribution/step.js';
import type { RedistributionPolicy } from '../../../../src/domain/watched.js';
import {
  certificateOf,
  DAY,
  HOUR,
  IDS,
  knownOf,
  MINUTE,
  START,
  watchedOf,
} from '../../../support/redistribution/fixtures.js';

/** The differences from a Mac that is due, reachable, and has no pending command. */
export interface StepCase {
  record?: Partial<Redistribution>;
  attempt?: Partial<Attempt>;
  computer?: Partial<KnownComputer> | null;
  evidence?: Partial<Evidence>;
  policy?: Partial<RedistributionPolicy>;
  /** Subject of both profiles; default: unknown. */
  subject?: Profile['subject'];
  now?: number;
}

export const NOW = START + HOUR;

const freeCapacity = {
  turn: true,
  hourly: { used: 0, cap: 50, freeAt: null },
  inFlight: { used: 0, cap: 100 },
  ahead: 0,
};

/** Complete evidence for a step. */
export const defaultEvidence: Partial<Evidence> = {
  paused: null,
  membership: { joinGreen: false, leaveBlue: false },
  commands: { 'install-blue': [], 'install-green': [], 'remove-green': [], 'remove-blue': [] },
  attemptsUsed: 0,
  room: freeCapacity,
  token: { granted: true },
  listing: { listedAt: START, unlisted: 0 },
};

export const attempted = newAttempt({
  number: 1,
  mechanism: 'overlap',
  overlaps: true,
  direction: 'to-green',
  intentAt: START,
  triggeredAt: START,
  earlierCommands: [],
});

export function install(changes: Partial<MdmCommand> = {}): MdmCommand {
  return {
    uuid: 'ours',
    type: 'INSTALL_PROFILE',
    profileId: IDS.green,
    state: 'PENDING',
    sentAt: START + MINUTE,
    completedAt: null,
    error: '',
    ...changes,
  };
}

export const acknowledged = install({ state: 'ACKNOWLEDGED', completedAt: START + 10 * MINUTE });
export const failed = install({ state: 'ERROR', completedAt: START + 10 * MINUTE, error: 'SCEP failed' });
export const green = (command: MdmCommand) => ({ ...defaultEvidence.commands, 'install-green': [command] });
export const seen = (command: MdmCommand) => ({ command: { ...command, completedAt: command.completedAt } });

/** A Mac whose inventory shows a certificate that green installed after the trigger. */
export const renewedByUs: Partial<KnownComputer> = {
  reportedAt: START + 20 * MINUTE,
  certificates: [
    certificateOf('green', {
      serialNumber: 'NEW',
      issuedAt: START + 9 * MINUTE,
      expiresAt: START + 365 * DAY,
    }),
  ],
};
export const renewedNatively: Partial<KnownComputer> = {
  reportedAt: START + 20 * MINUTE,
  certificates: [
    certificateOf('blue', { serialNumber: 'NEW', issuedAt: START - DAY, expiresAt: START + 364 * DAY }),
  ],
};

export function run(state: State, stepCase: StepCase): Outcome {
  const { blue, green: other, ...rest } = watchedOf(stepCase.policy);
  const { subject } = stepCase;
  const watched = { ...rest, blue: { ...blue, subject }, green: other && { ...other, subject } };
  const now = stepCase.now ?? NOW;
  const computer =
    stepCase.computer === null ? null : knownOf({ readAt: now - MINUTE, ...stepCase.computer });
  const opened = openRedistribution({
    id: 'r-1',
    computer: knownOf(),
    watched,
    assessment: assess(knownOf(), watched, START),
    cause: { kind: 'due' },
    now: START,
  });
  const record: Redistribution = {
    ...opened,
    state,
    ...(stepCase.attempt && {
      attempts: [{ ...attempted, ...stepCase.attempt }],
      direction: 'to-green' as const,
    }),
    ...stepCase.record,
  };
  const evidence: Evidence = {
    computer,
    assessment: computer && assess(computer, watched, now),
    paused: null,
    ...defaultEvidence,
    ...stepCase.evidence,
  };
  return step({ record, evidence, watched, now });
}

/** The next state of a redistribution, and the reason. */
export function nextState(
  from: State,
  stepCase: StepCase,
): { to: State; why: string; record: Redistribution } {
  const outcome = run(from, stepCase);
  if (outcome.kind === 'need') throw new Error(`asks for ${JSON.stringify(outcome.needs)}`);
  return { to: outcome.record.state, why: outcome.record.history.at(-1)?.why ?? '', record: outcome.record };
}

/** Acknowledged, and not yet proven. */
export const awaitingProof: StepCase = { attempt: { ...seen(acknowledged) } };

/** A trigger whose intent is stored. */
export const intent = {
  purpose: 'trigger' as const,
  change: { group: 'joinGreen' as const, op: 'add' as const },
  at: START,
  calls: 1,
  calledAt: START,
};
export const triggerIntended: StepCase = { attempt: { triggeredAt: null }, record: { intent } };
