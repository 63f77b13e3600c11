import type { FleetDeps } from '../deps.js';
import { readOkta } from '../../okta/read-okta.js';
import type { SweepOutcome } from './outcome.js';
import { sweepChanged } from './sweep-changed.js';
import { sweepFull } from './sweep-full.js';
import { sweepOpen } from './sweep-open.js';
import { sweepProfiles } from './sweep-profiles.js';

/** Types of sweeps, by what they read. */
export type SweepKind = 'changed' | 'full' | 'open' | 'profiles' | 'okta';

const SWEEPS: Record<SweepKind, (deps: FleetDeps, instance: string) => Promise<SweepOutcome>> = {
  changed: sweepChanged,
  full: sweepFull,
  open: sweepOpen,
  profiles: sweepProfiles,
  okta: readOkta,
};

/** Runs one sweep and emits its result. */
export async function sweep(
  deps: FleetDeps,
  { instance, what }: { instance: string; what: SweepKind },
): Promise<SweepOutcome> {
  const startedAt = deps.now();
  const result = await SWEEPS[what](deps, instance);
  // These sweeps run often, so they are reported only if they assessed Macs again.
  if ((what !== 'open' && what !== 'okta') || result.computers > 0)
    deps.telemetry.emit('fleet.swept', { instance, what, ...result, durationMs: deps.now() - startedAt });
  return result;
}
