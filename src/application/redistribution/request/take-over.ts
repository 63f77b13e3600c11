import type { Redistribution } from '../../../domain/redistribution/record.js';
import { overridesHelp, takeOver, type Overrides } from '../../../domain/redistribution/request/take-over.js';
import { changeAndSignal, type ChangePorts } from '../signal.js';

/**
 * Changes an open redistribution that is waiting into a manual one with the overrides of the request, and wakes it.
 * Returns `null` when the redistribution no longer waits or has ended.
 */
export async function takeOverOpen(
  record: Redistribution,
  by: { by: string; reason: string; overrides: Overrides },
  ports: ChangePorts & { now: () => number },
): Promise<Redistribution | null> {
  const taken = await changeAndSignal(ports, record, (current) =>
    current.closedAt !== null || !overridesHelp(current, by.overrides)
      ? null
      : takeOver(current, { ...by, at: ports.now() }),
  );
  return taken === 'conflict' ? null : taken;
}
