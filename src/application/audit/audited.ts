import type { AuditIntent, AuditResult, Ports } from '../ports.js';
import { Problem } from '../../contract/problem.js';
import type { Principal } from '../../contract/roles.js';

/** What an audit log entry says about an action: what is done, why, and to how many Macs. */
export type AuditedAction = Pick<AuditIntent, 'action' | 'instance' | 'reason' | 'computers' | 'subjects'>;

/**
 * Runs `work` and records it in the audit log. The entry is written before `work` starts, so an action is recorded
 * even if the process is killed. The outcome is added when `work` ends. A refused action (`Problem`) is recorded as
 * well. Every error is thrown again.
 */
export async function audited<T>(
  { audit, telemetry }: Pick<Ports, 'audit' | 'telemetry'>,
  who: Principal,
  act: AuditedAction,
  work: () => Promise<AuditResult & { value: T }>,
): Promise<T> {
  const entry = await audit.begin({ ...act, who: who.name, role: who.role, via: who.via });
  const settle = async (result: AuditResult) => {
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
    await settle({ outcome, result });
    return value;
  } catch (error) {
    if (error instanceof Problem) await settle({ outcome: 'refused', result: error.message });
    else
      await settle({
        outcome: 'failed',
        result: 'Internal error before completion. See the receiver log for details.',
      }).catch(() => undefined);
    throw error;
  }
}
