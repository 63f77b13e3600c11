import { fallAfter, isFall, isOpenFall } from '../../domain/health/fleet-fall.js';
import { scopeEmptiedAt, withEmptyScope } from '../../domain/scope.js';
import type { Ports } from '../ports.js';
import { type FleetDeps, instanceOf } from './deps.js';

type Deps = Pick<FleetDeps, 'instances' | 'jamf' | 'cursors' | 'computers' | 'telemetry' | 'now'>;

/**
 * Period over which retired Macs are added up, milliseconds. Without it, an empty server could retire the fleet one
 * Mac at a time.
 */
const TOGETHER_MS = 86_400_000;

/** Whether a full sweep missed more Macs than may be retired. Stores the start, the confirmation and the end of such a fall. */
export async function hasFallen(
  deps: Deps,
  instance: string,
  { missing, found }: { missing: number; found: number },
): Promise<boolean> {
  const { settings } = instanceOf(deps, instance);
  const before = await deps.cursors.readFall(instance);
  const { known } = await deps.computers.count(instance);
  const fall = fallAfter(before, { known, missing, found, now: deps.now() }, settings.sweep.fall);
  if (fall !== null) await deps.cursors.writeFall(instance, fall);
  if (isOpenFall(fall) && !isOpenFall(before))
    deps.telemetry.emit('fleet.fell', { instance, known, missing });
  if (isOpenFall(before) && !isOpenFall(fall))
    deps.telemetry.emit('fleet.fall-ended', { instance, confirmed: (fall?.acceptedAt ?? null) !== null });
  return isOpenFall(fall);
}

/**
 * Whether `count` Macs that Jamf Pro did not return by ID may be retired now. Records a fall if they would be too many within a day, or
 * if too many others are missing as well: a page of inventory contains the total number of Macs in Jamf Pro.
 */
export async function mayRetire(deps: Deps, instance: string, count: number): Promise<boolean> {
  const { jamf, settings } = instanceOf(deps, instance);
  const fall = await deps.cursors.readFall(instance);
  if (isOpenFall(fall)) return false;
  if (fall !== null && fall.acceptedAt !== null && fall.overAt === null) return true;
  const now = deps.now();
  const since = Math.max(now - TOGETHER_MS, fall?.acceptedAt ?? 0);
  const [{ known }, retired] = await Promise.all([
    deps.computers.count(instance),
    deps.computers.retiredSince(instance, since),
  ]);
  if (known === 0) return true;
  const { total } = await jamf.listComputers({}, 0);
  const all = known + retired;
  const found = { known: all, missing: Math.max(count + retired, all - total) };
  if (total > 0 && !isFall(found, settings.sweep.fall)) return true;
  await deps.cursors.writeFall(instance, { at: now, ...found, acceptedAt: null, overAt: null });
  deps.telemetry.emit('fleet.fell', { instance, ...found });
  return false;
}

/**
 * Confirms everything that Recert asks a user to confirm: missing Macs, which the next sweep then retires, and scopes
 * that have no targets or whose groups have no members. Returns `false` when there is nothing to confirm.
 */
export async function acceptFalls(
  { cursors, profiles, now }: Pick<Ports, 'cursors' | 'profiles' | 'now'>,
  instance: string,
): Promise<boolean> {
  const fall = await cursors.readFall(instance);
  const isOpen = fall !== null && isOpenFall(fall);
  if (isOpen) await cursors.writeFall(instance, { ...fall, acceptedAt: now() });
  const { watched } = await profiles.watchedProfiles(instance);
  const emptied = watched.map(({ blue }) => blue).filter((blue) => scopeEmptiedAt(blue) !== null);
  for (const blue of emptied) await profiles.save(instance, withEmptyScope(blue));
  return isOpen || emptied.length > 0;
}
