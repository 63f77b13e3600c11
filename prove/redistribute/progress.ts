import { INSTANCE, PROFILE, type Stage } from '../stage.js';
import { readWorld } from './world.js';

/** Whether anything still happens: patience by the clock would depend on the speed of the machine. */
export interface Progress {
  /** Time since a redistribution, the state of a Mac, a certificate or a group last changed, milliseconds. */
  stalledMs(): Promise<number>;
}

export function watchProgress(stage: Stage): Progress {
  let last = '';
  let changedAt = Date.now();
  return {
    stalledMs: async () => {
      const [redistributions, macs, { ca, groups }] = await Promise.all([
        stage.redistributions.counts(INSTANCE),
        stage.computers.countStates(INSTANCE, PROFILE),
        readWorld(stage),
      ]);
      const seen = JSON.stringify([redistributions, macs, ca, groups]);
      if (seen !== last) changedAt = Date.now();
      last = seen;
      return Date.now() - changedAt;
    },
  };
}
