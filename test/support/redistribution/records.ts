import { assess } from '../../../src/domain/assess.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { knownOf, START, watchedOf } from './fixtures.js';

/** A redistribution that was just opened, for a separate Mac. */
export function recordOf(id: string, computerId: string, now = START): Redistribution {
  const computer = knownOf({ id: computerId });
  const watched = watchedOf();
  const assessment = assess(computer, watched, now);
  return openRedistribution({ id, computer, watched, assessment, cause: { kind: 'due' }, now });
}
