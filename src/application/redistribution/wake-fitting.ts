import { subjectTooLong } from '../../domain/redistribution/subject-fit.js';
import type { Ports } from '../ports.js';
import { signalRedistribution, type SignalPorts } from './signal.js';
import { blockedBy } from './wake-observed.js';

/** The ports that `wakeFitting` uses. */
export interface WakeFittingPorts extends SignalPorts {
  profiles: Pick<Ports['profiles'], 'watchedProfiles'>;
  computers: Pick<Ports['computers'], 'getMany'>;
  redistributions: SignalPorts['redistributions'] & Pick<Ports['redistributions'], 'page' | 'blockedFor'>;
}

/**
 * Wakes every redistribution that was blocked because its certificate subject was too long, if the subject is now
 * short enough: the name of the Mac or the profile was changed. Returns the number of redistributions.
 */
export async function wakeFitting(ports: WakeFittingPorts, instance: string): Promise<number> {
  const { profiles, computers, redistributions } = ports;
  if ((await redistributions.blockedFor(instance, 'subject-too-long')) === null) return 0;
  const { watched: list } = await profiles.watchedProfiles(instance);
  let woken = 0;
  for (const watched of list) {
    const records = await blockedBy(redistributions, instance, {
      profile: watched.name,
      reason: 'subject-too-long',
    });
    const macs = await computers.getMany(
      instance,
      records.map(({ computerId }) => computerId),
    );
    for (const [index, record] of records.entries()) {
      const mac = macs[index] ?? null;
      if (mac === null || subjectTooLong(watched, mac) !== null) continue;
      await signalRedistribution(ports, record);
      woken += 1;
    }
  }
  return woken;
}
