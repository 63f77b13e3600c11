import type { Context, Outcome } from './evidence/evidence.js';
import { lossOf } from './evidence/loss.js';
import type { State } from './record.js';
import { blocked } from './states/blocked.js';
import { due } from './states/due.js';
import { eligible } from './states/eligible.js';
import { excluded, including } from './states/excluded.js';
import { pushed } from './states/pushed.js';
import { retry } from './states/retry.js';
import { nativeFailure, withoutSecond } from './states/native.js';
import { settle } from './states/settle.js';
import { triggered } from './states/triggered.js';
import { verifying } from './states/verifying.js';
import { note } from './transitions.js';

const STEPS: Readonly<Record<State, (context: Context) => Outcome>> = {
  due,
  eligible,
  blocked,
  excluded,
  including,
  triggered,
  pushed,
  verifying,
  retry,
  verified: settle,
  'needs-human': (context) => nativeFailure(context) ?? settle(context),
  cancelled: settle,
};

/**
 * Decides the next step of one redistribution from its record and evidence. Has no side effects. The outcome requests missing data, or
 * contains the record to store and the effect to perform after the record is stored.
 */
export function step(context: Context): Outcome {
  if (context.record.closedAt !== null) return { kind: 'close', record: context.record };
  const loss = lossOf(context);
  if (loss) {
    const { at, text: why } = loss;
    return { kind: 'move', record: note(context.record, { at, why }, { loss }), effect: null };
  }
  return withoutSecond(context) ?? STEPS[context.record.state](context);
}
