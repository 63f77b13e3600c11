import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { WorldError } from '../world/world.js';
import { fullPath, isClassic } from './auth/guard.js';
import type { Backend } from './backend.js';
import { callOf } from './call.js';
import { classicRoutes } from './classic/routes.js';
import { controlRoutes } from './control/routes.js';
import { ApiFailure, ClassicFailure, toApiFailure, toClassicFailure } from './errors.js';
import { faultMiddleware } from './faults/middleware.js';
import { isOktaPath, oktaRoutes } from './okta/routes.js';
import { proRoutes } from './pro/routes.js';
import { proxyPage, statusPage } from './render/html.js';
import { scepRoutes } from './scep.js';

/** Creates the Express application. Middleware order: request log, downtime, cluster node, faults, authentication, routes. */
export function createApp(backend: Backend): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/__simulator', controlRoutes(backend));
  app.use(express.text({ type: () => true, limit: '20mb' }));
  app.use((req, res, next) => {
    backend.requests.record(req, res);
    next();
  });
  // Okta is another server, so a restart of Jamf Pro does not affect it.
  const fault = faultMiddleware(backend);
  app.use((req, res, next) => (isOktaPath(req.path) ? fault(req, res, next) : next()));
  app.use(oktaRoutes(backend));
  app.use(downMiddleware(backend));
  app.use((req, res, next) => {
    callOf(req).node = backend.cluster.route(req, res);
    next();
  });
  app.use(fault);
  app.use(scepRoutes(backend));
  app.use('/api', proRoutes(backend));
  app.use('/JSSResource', classicRoutes(backend));
  app.use((req, res) => {
    sendPage(res, 404, statusPage(404, `${req.path} was not found`));
  });
  app.use(sendError);
  return app;
}

/** Between JSSShutdown and JSSStartup, only the load balancer responds, with 503. */
function downMiddleware({ isDown }: Backend) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    if (isDown()) sendPage(res, 503, proxyPage(503));
    else next();
  };
}

function sendPage(res: Response, status: number, page: string): void {
  res.status(status).setHeader('Content-Type', 'text/html;charset=UTF-8');
  res.end(page);
}

/** Sends an error in the format of the API: JSON for the Jamf Pro API, an HTML page for the Classic API. */
function sendError(error: unknown, req: Request, res: Response, next: NextFunction): void {
  if (res.headersSent) {
    next(error);
    return;
  }
  const failure = failureOf(error, isClassic(fullPath(req)));
  if (failure instanceof ClassicFailure) {
    sendPage(res, failure.status, statusPage(failure.status, failure.message));
    return;
  }
  res.status(failure.status).json({ httpStatus: failure.status, errors: failure.causes });
}

function failureOf(error: unknown, classic: boolean): ApiFailure | ClassicFailure {
  if (error instanceof WorldError) return classic ? toClassicFailure(error) : toApiFailure(error);
  if (error instanceof ApiFailure || error instanceof ClassicFailure) return error;
  const status = statusOf(error);
  // An internal error is written to standard error, because it must be distinguishable from a simulated 500.
  if (status === 500)
    process.stderr.write(`simulator: ${String(error instanceof Error ? error.stack : error)}\n`);
  return classic ? new ClassicFailure(status, 'Error') : new ApiFailure(status);
}

/** Status of an Express error, such as 413, or 400 for a path that cannot be decoded; otherwise 500. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
