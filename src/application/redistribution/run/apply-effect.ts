import { groupIdOf } from '../../../domain/redistribution/direction.js';
import type { Effect, Evidence } from '../../../domain/redistribution/evidence/evidence.js';
import { requestAssessment } from '../../inventory/request-assessment.js';
import type { StepDeps } from '../deps.js';
import type { StepContext } from './gather-evidence.js';

/** Does what a step decided, after the decision is durable. Returns what was seen of it. May throw a `JamfError`. */
export async function applyEffect(
  deps: StepDeps,
  { record, watched, client, groups }: StepContext,
  effect: Effect,
): Promise<Pick<Evidence, 'membership' | 'written'>> {
  const { instance, computerId } = record;
  switch (effect.do) {
    case 'change-group': {
      const { group, op } = effect.change;
      const member = await groups.change(client, groupIdOf(group, watched, record.lease), op, computerId);
      return { membership: { [group]: member }, written: effect.purpose };
    }
    case 'flush-failed': {
      await client.flushFailedCommands(computerId);
      return { written: 'trigger' };
    }
    case 'blank-push': {
      await client.blankPush([record.managementId]);
      return {};
    }
    case 'ask-inventory': {
      await requestAssessment(deps, instance, [computerId], { reason: 'proof', ripeAt: deps.now() });
      return {};
    }
  }
}
