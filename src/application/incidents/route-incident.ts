import type { ChannelConfig } from '../../config/sections/notifications.js';
import { type Incident, isAtLeast } from '../../domain/incidents/incident.js';
import { maintenanceAt, WEEKDAYS } from '../../domain/redistribution/safety-limits/maintenance-window.js';

/** Names of the channels on which an incident is told. */
export function channelsFor(
  { severity }: Pick<Incident, 'severity'>,
  channels: Readonly<Record<string, ChannelConfig>>,
): readonly string[] {
  return Object.entries(channels)
    .filter(([, { least }]) => isAtLeast(severity, least))
    .map(([name]) => name);
}

/** When an incident may be told on a channel: `now`, or the end of its quiet hours. */
export function tellableAt(
  { quiet }: Pick<ChannelConfig, 'quiet'>,
  { severity }: Pick<Incident, 'severity'>,
  now: number,
): number {
  if (quiet === undefined || isAtLeast(severity, quiet.unless)) return now;
  // The hours in which it is not quiet are a window that opens when the quiet ends.
  const { from, to, zone } = quiet;
  const loud = maintenanceAt([{ days: WEEKDAYS, from: to, to: from, zone }], now);
  return loud.open ? now : (loud.opensAt ?? now);
}
