import type { AuditIntent, AuditResult, Ports } from '../ports.js';
import { Problem } from '../../contract/problem.js';
import type { Principal } from '../../contract/roles.js';

/** What is done, by whom, why, on how many Macs. */
export type Act = Pick<AuditIntent, 'action' | 'instance' | 'reason' | 'computers' | 'subjects'>;

/**
 * Does what a person asks and keeps it in the audit trail: first that it is asked, so that nothing is done unseen, then what came of it.
 * A refusal is kept too.
 */
export async function audited<T>(
  { audit, telemetry }: Pick<Ports, 'audit' | 'telemetry'>,
  who: Principal,
  act: Act,
  work: () => Promise<AuditResult & { value: T }>,
): Promise<T> {
  const entry = await audit.begin({ ...act, who: who.name, role: who.role, via: who.via });
  const tell = async (result: AuditResult) => {
    telemetry.emit('api.acted', {
      action: act.action,
      who: who.name,
      instance: act.instance ?? 'all',
      computers: act.computers,
      outcome: result.outcome,
    });
    await audit.settle(entry, result);
  };
  try {
    const { value, outcome, result } = await work();
    await tell({ outcome, result });
    return value;
  } catch (error) {
    if (error instanceof Problem) await tell({ outcome: 'refused', result: error.message });
    else
      await tell({ outcome: 'failed', result: 'Recert failed in the middle; its log says more.' }).catch(
        () => undefined,
      );
    throw error;
  }
}
