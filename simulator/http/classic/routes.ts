import { Router, type NextFunction, type Request, type Response } from 'express';
import type { RestApiOperation } from '../../world/webhook-model.js';
import { signedIn } from '../auth/guard.js';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { ClassicFailure } from '../errors.js';
import { commandFlushRoutes } from './commandflush.js';
import { classicComputerRoutes } from './computers.js';
import { classicGroupRoutes } from './groups.js';
import { historyRoutes } from './history.js';
import { profileRoutes } from './profiles.js';
import { webhookRoutes } from './webhooks.js';

/**
 * Value of `objectTypeName` in the event RestAPIOperation, by collection. Jamf documents only "computer". The other
 * values are assumptions, so clients must compare the value loosely.
 */
const OBJECT_TYPES: Readonly<Record<string, string>> = {
  computers: 'computer',
  computerhistory: 'computer',
  computergroups: 'computer group',
  commandflush: 'computer',
  osxconfigurationprofiles: 'macOS configuration profile',
  webhooks: 'webhook',
};

/** All routes of the Classic API, to be mounted at /JSSResource. */
export function classicRoutes(backend: Backend): Router {
  const router = Router();
  router.use(plusAsBlank);
  router.use(signedIn(backend));
  router.use(reportOperation(backend));
  router.use(classicComputerRoutes(backend));
  router.use(historyRoutes(backend));
  router.use(classicGroupRoutes(backend));
  router.use(profileRoutes(backend));
  router.use(webhookRoutes(backend));
  router.use(commandFlushRoutes(backend));
  router.use(() => {
    throw new ClassicFailure(404, 'Not Found');
  });
  return router;
}

/** Jamf Pro decodes an unescaped `+` in the path of the Classic API as a blank: clients must send `%2B`. */
function plusAsBlank(req: Request, _res: Response, next: NextFunction): void {
  const [path = '', ...query] = req.url.split('?');
  if (path.includes('+')) req.url = [path.replaceAll('+', '%20'), ...query].join('?');
  next();
}

/** Emits RestAPIOperation for every authorized request, including those of Recert. */
function reportOperation({ world }: Backend) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const collection = req.path.split('/')[1] ?? '';
    res.on('finish', () => {
      const { session, object } = callOf(req);
      const verb = operationOf(req.method);
      if (!session || !verb || res.statusCode === 403) return;
      world.restApiOperation({
        authorizedUsername: session.name,
        objectID: object?.id ?? -1,
        objectName: object?.name ?? '',
        objectTypeName: OBJECT_TYPES[collection] ?? collection,
        operationSuccessful: res.statusCode < 400,
        restAPIOperationType: verb,
      });
    });
    next();
  };
}

function operationOf(method: string): RestApiOperation['restAPIOperationType'] | null {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE' ? method : null;
}
