import { Router } from 'express';
import { signedIn } from '../auth/guard.js';
import { authRoutes } from '../auth/routes.js';
import type { Backend } from '../backend.js';
import { ApiFailure } from '../errors.js';
import { commandRoutes } from './commands/routes.js';
import { inventoryRoutes } from './inventory/routes.js';
import { smartGroupRoutes } from './groups/smart.js';
import { staticGroupRoutes } from './groups/static.js';
import { statusRoutes } from './status/routes.js';
import { describeRoutes } from './schema.js';
import { systemRoutes } from './system.js';

/** All routes of the Jamf Pro API, to be mounted at /api. */
export function proRoutes(backend: Backend): Router {
  const router = Router();
  router.get('/v1/health-check', (_req, res) => {
    res.status(204).end();
  });
  router.get('/schema', (_req, res) => {
    res.json(describeRoutes(router, backend.options.version));
  });
  router.use(authRoutes(backend));
  router.use(signedIn(backend));
  router.use(systemRoutes(backend));
  router.use(inventoryRoutes(backend));
  router.use(commandRoutes(backend));
  router.use(statusRoutes(backend));
  router.use(staticGroupRoutes(backend));
  router.use(smartGroupRoutes(backend));
  router.use(() => {
    throw new ApiFailure(404);
  });
  return router;
}
