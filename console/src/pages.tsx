import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

const loads: (() => Promise<unknown>)[] = [];

/** Creates a page whose script is loaded when the page is first shown, or earlier by `loadPages`. */
function lazyPage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  loads.push(load);
  return lazy(async () => ({ default: await load() }));
}

/** All pages except the overview, whose script is loaded with the console. */
export const pages = {
  Macs: lazyPage(async () => (await import('./macs/macs-page.js')).MacsPage),
  Mac: lazyPage(async () => (await import('./macs/mac-page.js')).MacPage),
  Redistributions: lazyPage(
    async () => (await import('./redistributions/redistributions-page.js')).RedistributionsPage,
  ),
  Redistribution: lazyPage(
    async () => (await import('./redistributions/redistribution-page.js')).RedistributionPage,
  ),
  Batch: lazyPage(async () => (await import('./batches/batch-page.js')).BatchPage),
  Failures: lazyPage(async () => (await import('./failures/failures-page.js')).FailuresPage),
  Profiles: lazyPage(async () => (await import('./profiles/profiles-page.js')).ProfilesPage),
  Events: lazyPage(async () => (await import('./events/events-page.js')).EventsPage),
  Audit: lazyPage(async () => (await import('./audit/audit-page.js')).AuditPage),
  Setup: lazyPage(async () => (await import('./setup/setup-page.js')).SetupPage),
  Settings: lazyPage(async () => (await import('./settings/settings-page.js')).SettingsPage),
};

/**
 * Loads the scripts of all pages in the background. An open console then keeps working when the receiver stops or
 * a new version removes the old scripts.
 */
export function loadPages(): void {
  for (const load of loads) load().catch(() => undefined);
}
