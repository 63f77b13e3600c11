import type { ConsiderDeps, StepDeps } from '../../application/redistribution/deps.js';
import type { JudgePorts } from '../../application/redistribution/request/judge-targets.js';
import type { Groups } from '../../application/redistribution/run/group-membership.js';
import type { KnownComputer } from '../../domain/known.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { createTelemetry } from '../../telemetry/bus.js';
import type { MemoryRedistributions } from '../memory/redistributions.js';
import type { World } from '../world.js';
import { macOf } from './fleet.js';
import type { SimulatedJamf } from './jamf.js';
import type { SimulatedLimits } from './limits.js';

/** The ports that the application uses, connected to the simulated world. */
export type SimulationPorts = StepDeps & ConsiderDeps & JudgePorts & { groups: Groups };

/** What the simulated ports are created from. */
interface PortParts {
  watched: WatchedProfile;
  jamf: SimulatedJamf;
  store: MemoryRedistributions;
  limits: SimulatedLimits;
  known: ReadonlyMap<number, KnownComputer>;
}

/** What a call of a port by the application triggers in the simulation, apart from stored data. */
export interface PortEffects {
  /** Requests that the job of a redistribution runs now. */
  onJob: (record: Redistribution) => void;
  /** Requests a read of the inventory of a Mac. */
  onReadingRequested: (mac: number) => void;
  /** Sets whether a check-in of a Mac causes its inventory to be read. */
  onWatch: (mac: number, isWatched: boolean) => void;
  onNeedsHuman: (mac: number) => void;
}

export function createPorts(
  world: World,
  { watched, jamf, store, limits, known }: PortParts,
  { onJob, onReadingRequested, onWatch, onNeedsHuman }: PortEffects,
): SimulationPorts {
  const list = Promise.resolve({ watched: [watched], missing: [] });
  const nothing = Promise.resolve();
  let opened = 0;
  const startJob = (_instance: string, id: string) => {
    const record = store.records.get(id);
    if (record !== undefined) onJob(record);
    return nothing;
  };
  return {
    redistributions: store,
    limits,
    computers: {
      get(_instance, id) {
        const computer = known.get(macOf(id)) ?? null;
        // The webhook of a check-in updates only the time of the last contact.
        if (computer !== null) computer.lastContactAt = world.presence.lastCheckIn(macOf(id), world.now());
        return Promise.resolve(computer);
      },
      countStates: () => Promise.reject(new RangeError('the simulation does not support cycle')),
      declare: () => nothing,
    },
    profiles: { watchedProfiles: () => list },
    hints: {
      add(_instance, ids) {
        for (const id of ids) onReadingRequested(macOf(id));
        return Promise.resolve(null);
      },
      watch(_instance, id) {
        onWatch(macOf(id), true);
        return nothing;
      },
      unwatch(_instance, id) {
        onWatch(macOf(id), false);
        return nothing;
      },
    },
    natives: { claim: () => Promise.resolve(true), count: () => nothing },
    producers: { wakeAssess: () => nothing, startRedistribution: startJob, promoteRedistribution: startJob },
    jamf: () => jamf.client,
    groups: jamf.groups,
    telemetry: createTelemetry((kind, fields) => {
      if (kind === 'redistribution.moved' && 'to' in fields && fields.to === 'needs-human')
        onNeedsHuman(macOf(fields.computerId));
    }),
    now: () => world.now(),
    newId: () => {
      opened += 1;
      return `r${String(opened)}`;
    },
  };
}
