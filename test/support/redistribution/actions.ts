import { assess } from '../../../src/domain/assess.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import { judgeRequest, requestCancel } from '../../../src/domain/redistribution/request/request.js';
import { takeOver } from '../../../src/domain/redistribution/request/take-over.js';
import { IDS } from './fixtures.js';
import { openRedistributions } from './invariants.js';
import type { TestEnvironment } from './environment.js';

/** Adds all Macs to the stored scope of blue, or removes them. */
export function setScope(environment: TestEnvironment, allComputers: boolean): void {
  const { blue } = environment.watched;
  environment.watched = { ...environment.watched, blue: { ...blue, scope: { ...blue.scope, allComputers } } };
}

/** The two groups as the scopes in Jamf Pro use them. */
export const GROUPS = { joinGreen: IDS.joinGreen, leaveBlue: IDS.leaveBlue };

/** Sets the two groups in the configuration: correctly, or exchanged by mistake. */
export function configureGroups(environment: TestEnvironment, { exchanged }: { exchanged: boolean }): void {
  const { joinGreen, leaveBlue } = GROUPS;
  const named = exchanged ? { joinGreen: leaveBlue, leaveBlue: joinGreen } : GROUPS;
  const { policy } = environment.watched;
  const overlap = policy.overlap && { ...policy.overlap, ...named };
  environment.watched = { ...environment.watched, policy: { ...policy, overlap } };
}

/** An operator cancels all open redistributions. */
export async function cancelOpen(environment: TestEnvironment): Promise<void> {
  for (const record of openRedistributions(environment))
    await environment.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'test', at: environment.now() }),
    );
}

/** An operator requests a redistribution, or takes over the open one. */
export async function requestRedistribution(environment: TestEnvironment): Promise<void> {
  const { watched } = environment;
  const computer = environment.known.get('1') ?? null;
  const assessment = computer && assess(computer, watched, environment.now());
  const [open = null] = openRedistributions(environment);
  const overrides = { hourlyCap: true, canary: false };
  const by = { by: 'ada', reason: 'test', overrides };
  const facts = { computer, assessment, watched, open, paused: null, overrides, now: environment.now() };
  const verdict = judgeRequest(facts);
  if (!verdict.allowed || computer === null || assessment === null) return;
  if (verdict.takesOver !== null) {
    await environment.store.compareAndSet(
      verdict.takesOver,
      takeOver(verdict.takesOver, { ...by, at: environment.now() }),
    );
    return;
  }
  const cause = { kind: 'manual', ...by } as const;
  const id = `manual-${environment.store.records.size}`;
  await environment.store.open(
    openRedistribution({ id, computer, watched, assessment, cause, now: environment.now() }),
  );
}

/** The complete state as text: two environments with the same text behave the same way from then on. */
export function serialize({
  environment,
  ...rest
}: {
  environment: TestEnvironment;
  unanswered: number;
  slow: unknown;
  reenrolled: boolean;
  lost: boolean;
  before: unknown;
}): string {
  const { clock, jamf, store, limits, leases, known, hinted, watched } = environment;
  const members = [IDS.joinGreen, IDS.leaveBlue, IDS.exclude].map((group) => jamf.members(group));
  const { pauses, breaker, hold, cycles } = limits;
  const { records, attempts, signals, results, hour } = store;
  const ours = [records, attempts, signals, results, leases.found, known, hinted, watched];
  const theirs = [
    jamf.mac('1'),
    members,
    jamf.writes,
    jamf.issued,
    jamf.installsSent,
    jamf.redundant,
    jamf.premature,
    jamf.profileChanges,
  ];
  const text = JSON.stringify(
    [rest, clock, pauses, breaker, hold, hour, cycles, ours, theirs],
    (_, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value),
  );
  const ids = [...records.keys()];
  return ids.reduce((named, id, index) => named.replaceAll(id, `record ${String(index)}`), text);
}
