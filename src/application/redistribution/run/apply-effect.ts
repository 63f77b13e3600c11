import { groupIdOf } from '../../../domain/redistribution/direction.js';
import type { Effect, Evidence } from '../../../domain/redistribution/evidence/evidence.js';
import { requestAssessment } from '../../inventory/request-assessment.js';
import type { StepDeps } from '../deps.js';
import { fenceOf } from './fence.js';
import type { StepContext } from './gather-evidence.js';

/**
 * Performs the effect of a decision. The decision must already be stored. Returns the group membership that was
 * read back from Jamf Pro, if any, and the purpose of the write. May throw a `JamfError`, or a `FencedError` when
 * the decision is no longer valid immediately before the write.
 */
export async function applyEffect(
  deps: StepDeps,
  scene: StepContext,
  effect: Effect,
): Promise<Pick<Evidence, 'membership' | 'written'>> {
  const { record, watched, client, groups } = scene;
  const { instance, computerId } = record;
  switch (effect.do) {
    case 'change-group': {
      const { group, op } = effect.change;
      const fence = fenceOf(deps, scene, effect.purpose);
      const groupId = groupIdOf(group, watched, record.lease);
      const member = await groups.change(client, groupId, op, { computerId, fence });
      return { membership: { [group]: member }, written: effect.purpose };
    }
    case 'flush-failed': {
      await client.flushFailedCommands(computerId, fenceOf(deps, scene, 'trigger'));
      return { written: 'trigger' };
    }
    case 'blank-push': {
      await client.blankPush([record.managementId], fenceOf(deps, scene, 'blank-push'));
      return {};
    }
    case 'ask-inventory': {
      await requestAssessment(deps, instance, [computerId], { reason: 'proof', ripeAt: deps.now() });
      return {};
    }
  }
}
