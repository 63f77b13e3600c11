import { INSTANCE, PROFILE, type FleetEnvironment } from '../environment.js';
import { readSimulatorState } from './simulator-state.js';

/**
 * Detects progress. A wait that depends on progress, and not on time, makes the verdict independent of the speed of
 * the machine.
 */
export interface Progress {
  /** Time since a redistribution, the state of a Mac, a certificate or a group last changed, milliseconds. */
  stalledMs(): Promise<number>;
}

export function watchProgress(environment: FleetEnvironment): Progress {
  let last = '';
  let changedAt = Date.now();
  return {
    stalledMs: async () => {
      const [redistributions, macs, { ca, groups }] = await Promise.all([
        environment.redistributions.counts(INSTANCE),
        environment.computers.countStates(INSTANCE, PROFILE),
        readSimulatorState(environment),
      ]);
      const seen = JSON.stringify([redistributions, macs, ca, groups]);
      if (seen !== last) changedAt = Date.now();
      last = seen;
      return Date.now() - changedAt;
    },
  };
}
