import { shortageIn, shortageRemedy, shortageText } from '../../domain/capacity/shortage.js';
import type { CapacitySettings } from '../../domain/capacity/chosen.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { type Finding, fail, ok, warn } from '../finding.js';

/**
 * Checks whether the limits of a watched profile are sufficient, with the values of the last full sweep. Returns no
 * finding before the first full sweep. Pure.
 */
export function judgeCapacity(
  watched: Pick<WatchedProfile, 'name' | 'policy' | 'chosen'>,
  { hourlyCap, inFlight }: Pick<CapacitySettings, 'hourlyCap' | 'inFlight'>,
): Finding[] {
  const { name, policy, chosen } = watched;
  if (!chosen) return [];
  const check = `profile ${name} capacity`;
  const shortage = shortageIn(watched);
  if (shortage === null)
    return [ok(check, `${policy.hourlyCap} certificates an hour, ${policy.inFlight} in progress`)];
  const remedy = shortageRemedy({ ...shortage, chosen: hourlyCap === 'auto' && inFlight === 'auto' });
  return [(policy.mode === 'act' ? fail : warn)(check, shortageText(shortage), remedy)];
}
