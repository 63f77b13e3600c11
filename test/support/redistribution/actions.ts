import { assess } from '../../../src/domain/assess.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import { judgeRequest, requestCancel } from '../../../src/domain/redistribution/request/request.js';
import { takeOver } from '../../../src/domain/redistribution/request/take-over.js';
import { IDS } from './fixtures.js';
import { openOnes } from './promises.js';
import type { Stage } from './stage.js';

/** Puts all Macs into the scope of blue as it is stored, or takes them out. */
export function scope(stage: Stage, allComputers: boolean): void {
  const { blue } = stage.watched;
  stage.watched = { ...stage.watched, blue: { ...blue, scope: { ...blue.scope, allComputers } } };
}

/** What the two groups are for in Jamf. */
export const GROUPS = { joinGreen: IDS.joinGreen, leaveBlue: IDS.leaveBlue };

/** The configuration names the two groups, each for what the other one is, or as it should. */
export function nameGroups(stage: Stage, { exchanged }: { exchanged: boolean }): void {
  const { joinGreen, leaveBlue } = GROUPS;
  const named = exchanged ? { joinGreen: leaveBlue, leaveBlue: joinGreen } : GROUPS;
  const { policy } = stage.watched;
  const overlap = policy.overlap && { ...policy.overlap, ...named };
  stage.watched = { ...stage.watched, policy: { ...policy, overlap } };
}

/** A person cancels what is open. */
export async function cancel(stage: Stage): Promise<void> {
  for (const record of openOnes(stage))
    await stage.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'test', at: stage.now() }),
    );
}

/** A person requests a redistribution, or takes over the open one. */
export async function ask(stage: Stage): Promise<void> {
  const { watched } = stage;
  const computer = stage.known.get('1') ?? null;
  const assessment = computer && assess(computer, watched, stage.now());
  const [open = null] = openOnes(stage);
  const overrides = { hourlyCap: true, canary: false };
  const by = { by: 'ada', reason: 'test', overrides };
  const facts = { computer, assessment, watched, open, paused: null, overrides, now: stage.now() };
  const verdict = judgeRequest(facts);
  if (!verdict.allowed || computer === null || assessment === null) return;
  if (verdict.takesOver !== null) {
    await stage.store.compareAndSet(
      verdict.takesOver,
      takeOver(verdict.takesOver, { ...by, at: stage.now() }),
    );
    return;
  }
  const cause = { kind: 'manual', ...by } as const;
  const id = `manual-${stage.store.records.size}`;
  await stage.store.open(openRedistribution({ id, computer, watched, assessment, cause, now: stage.now() }));
}

/** All that the future depends on, as text. */
export function textOf({
  stage,
  ...rest
}: {
  stage: Stage;
  away: number;
  slow: unknown;
  reenrolled: boolean;
  lost: boolean;
  before: unknown;
}): string {
  const { clock, jamf, store, limits, leases, known, asked, watched } = stage;
  const members = [IDS.joinGreen, IDS.leaveBlue, IDS.exclude].map((group) => jamf.members(group));
  const { pauses, breaker, hold, cycles } = limits;
  const { records, attempts, signals, results, hour } = store;
  const ours = [records, attempts, signals, results, leases.found, known, asked, watched];
  const theirs = [
    jamf.mac('1'),
    members,
    jamf.writes,
    jamf.issued,
    jamf.installsSent,
    jamf.redundant,
    jamf.premature,
    jamf.spoiled,
  ];
  const text = JSON.stringify(
    [rest, clock, pauses, breaker, hold, hour, cycles, ours, theirs],
    (_, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value),
  );
  const ids = [...records.keys()];
  return ids.reduce((named, id, index) => named.replaceAll(id, `record ${String(index)}`), text);
}
