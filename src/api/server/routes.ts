import type { Route } from './route.js';
import { auditRoutes } from '../routes/audit.js';
import { batchRoutes } from '../routes/batches.js';
import { computerRoutes } from '../routes/computers.js';
import { controlRoutes } from '../routes/control.js';
import { eventRoutes } from '../routes/webhook-events.js';
import { failureRoutes } from '../routes/failures.js';
import { forecastRoutes } from '../routes/forecast.js';
import { jobRoutes } from '../routes/jobs.js';
import { liveRoutes } from '../routes/live.js';
import { oidcRoutes } from '../auth/routes/oidc.js';
import { overviewRoutes } from '../routes/overview.js';
import { profileRoutes } from '../routes/profiles.js';
import { redistributionRoutes } from '../routes/redistributions.js';
import { removedInstanceRoutes } from '../routes/removed-instances.js';
import { settingsRoutes } from '../routes/settings.js';
import { sessionRoutes } from '../auth/routes/session.js';
import { sessionsRoutes } from '../auth/routes/sessions.js';
import { tokenRoutes } from '../auth/routes/tokens.js';
import { wholeScopeRoutes } from '../routes/whole-scope.js';

/** Every route of the ops API. The OpenAPI document lists them in the same order. */
export const routes: readonly Route[] = [
  ...overviewRoutes,
  ...computerRoutes,
  ...redistributionRoutes,
  ...batchRoutes,
  ...failureRoutes,
  ...forecastRoutes,
  ...profileRoutes,
  ...wholeScopeRoutes,
  ...controlRoutes,
  ...removedInstanceRoutes,
  ...jobRoutes,
  ...eventRoutes,
  ...auditRoutes,
  ...tokenRoutes,
  ...liveRoutes,
  ...settingsRoutes,
  ...sessionRoutes,
  ...sessionsRoutes,
  ...oidcRoutes,
];
