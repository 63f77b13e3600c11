import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

const loads: (() => Promise<unknown>)[] = [];

/** A page whose script is fetched when it is first shown, or before by `loadPages`. */
function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  loads.push(load);
  return lazy(async () => ({ default: await load() }));
}

/** Every page but the overview, which belongs to the first load. */
export const pages = {
  Macs: later(async () => (await import('./macs/macs-page.js')).MacsPage),
  Mac: later(async () => (await import('./macs/mac-page.js')).MacPage),
  Redistributions: later(
    async () => (await import('./redistributions/redistributions-page.js')).RedistributionsPage,
  ),
  Redistribution: later(
    async () => (await import('./redistributions/redistribution-page.js')).RedistributionPage,
  ),
  Batch: later(async () => (await import('./batches/batch-page.js')).BatchPage),
  Failures: later(async () => (await import('./failures/failures-page.js')).FailuresPage),
  Profiles: later(async () => (await import('./profiles/profiles-page.js')).ProfilesPage),
  Events: later(async () => (await import('./events/events-page.js')).EventsPage),
  Audit: later(async () => (await import('./audit/audit-page.js')).AuditPage),
  Settings: later(async () => (await import('./settings/settings-page.js')).SettingsPage),
};

/**
 * Fetches all pages while nothing else is to be done: whoever has the console open when the receiver goes away, or a new version
 * replaces it, still has every page.
 */
export function loadPages(): void {
  for (const load of loads) load().catch(() => undefined);
}
