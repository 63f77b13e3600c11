import type { ChannelConfig } from '../../config/sections/notifications.js';
import { type Incident, isAtLeast } from '../../domain/incidents/incident.js';
import { maintenanceAt, WEEKDAYS } from '../../domain/redistribution/safety-limits/maintenance-window.js';

/** Returns the names of the channels that receive an incident of this severity. */
export function channelsFor(
  { severity }: Pick<Incident, 'severity'>,
  channels: Readonly<Record<string, ChannelConfig>>,
): readonly string[] {
  return Object.entries(channels)
    .filter(([, { least }]) => isAtLeast(severity, least))
    .map(([name]) => name);
}

/**
 * Returns the earliest time at which a channel may receive an incident, epoch milliseconds: `now`, or the end of
 * its quiet hours.
 */
export function sendableAt(
  { quiet }: Pick<ChannelConfig, 'quiet'>,
  { severity }: Pick<Incident, 'severity'>,
  now: number,
): number {
  if (quiet === undefined || isAtLeast(severity, quiet.unless)) return now;
  // The function for maintenance windows is reused: the time outside of quiet hours is the window.
  const { from, to, zone } = quiet;
  const notQuiet = maintenanceAt([{ days: WEEKDAYS, from: to, to: from, zone }], now);
  return notQuiet.open ? now : notQuiet.opensAt;
}
