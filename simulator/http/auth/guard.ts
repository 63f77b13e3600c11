import type { NextFunction, Request, Response } from 'express';
import type { Backend } from '../backend.js';
import { callOf } from '../call.js';
import { ApiFailure, ClassicFailure } from '../errors.js';

/** Whether a path belongs to the Classic API. The two APIs differ in the format of their errors. */
export const isClassic = (path: string): boolean => path.startsWith('/JSSResource');

/** The complete request path. Inside a router, `req.path` does not contain its mount path. */
export const fullPath = (req: Request): string => `${req.baseUrl}${req.path}`;

/**
 * Returns a 401 error in the format of the API that serves the path. The Classic API sends an HTML page that
 * contains INVALID_TOKEN.
 */
export function unauthorized(path: string): ApiFailure | ClassicFailure {
  if (isClassic(path)) return new ClassicFailure(401, 'INVALID_TOKEN');
  return new ApiFailure(401, [{ code: 'INVALID_TOKEN', field: '', description: 'Unauthorized', id: '0' }]);
}

/** Returns a 403 error that names the missing privilege, in the format of the API that serves the path. */
export function forbidden(path: string, privilege: string): ApiFailure | ClassicFailure {
  const description = `Missing privilege: ${privilege}`;
  if (isClassic(path)) return new ClassicFailure(403, description);
  return new ApiFailure(403, [{ code: 'INVALID_PRIVILEGE', field: '', description, id: '0' }]);
}

/** Middleware that requires a valid bearer token. Basic authentication is refused, as in Jamf Pro since 2024. */
export function signedIn({ tokens }: Backend) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    const [scheme = '', value = ''] = (req.headers.authorization ?? '').split(' ');
    const session = scheme.toLowerCase() === 'bearer' ? tokens.find(value) : undefined;
    if (!session) throw unauthorized(fullPath(req));
    Object.assign(callOf(req), { session, token: value });
    next();
  };
}

/** Throws 403 unless the client has all of the given privileges. */
export function demand(req: Request, ...privileges: readonly string[]): void {
  const held = callOf(req).session?.privileges;
  const missing = privileges.find((privilege) => !held?.has(privilege));
  if (missing !== undefined) throw forbidden(fullPath(req), missing);
}

/** Returns a middleware of express that calls `demand`. */
export function requires(...privileges: readonly string[]) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    demand(req, ...privileges);
    next();
  };
}
