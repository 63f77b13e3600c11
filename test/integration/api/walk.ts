import { openApiDocument } from '../../../src/api/server/openapi.js';
import { routes } from '../../../src/api/server/routes.js';
import { TOKENS } from './support.js';

/** Ordered from the lowest role to the highest. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

/** A valid request for each route, so that a refusal is caused by the role. */
export const BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/v1/redistributions': { reason: 'walking all routes', computers: [{ id: '99' }], dryRun: true },
  'POST /api/v1/redistributions/{id}/cancel': { reason: 'walking all routes' },
  'POST /api/v1/profiles/{id}/whole-scope': { reason: 'test of the roles', dryRun: true },
  'POST /api/v1/batches/{id}/cancel': { reason: 'walking all routes' },
  'POST /api/v1/pause': { reason: 'walking all routes' },
  'POST /api/v1/resume': { reason: 'walking all routes' },
  'POST /api/v1/removed-instances/{id}/forget': { reason: 'walking all routes' },
  'POST /api/v1/sweep': { what: 'open' },
  'POST /api/v1/computers/{id}/look': {},
  'POST /api/v1/jobs/retry': { reason: 'walking all routes', queue: 'notify' },
  'POST /api/v1/jobs/clear': { reason: 'walking all routes', queue: 'notify' },
  'POST /api/v1/events/replay': { reason: 'walking all routes', outcome: 'hint' },
  'POST /api/v1/events/{id}/replay': { reason: 'walking all routes' },
  'POST /api/v1/session': { token: TOKENS.viewer },
  'POST /api/v1/tokens': { name: 'walker', role: 'viewer', expires: '2999-12-31' },
};

interface Operation {
  'x-recert-role': (typeof ROLES)[number] | null;
}

/** From the OpenAPI document instead of the code: a route that it does not list would not be tested. */
export const operations = Object.entries(openApiDocument(routes, { version: '0' }).paths ?? {}).flatMap(
  ([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      // An endless stream is ended at once.
      path: `${path.replace('{id}', path.includes('/events/') ? '1-1' : '2')}${path.endsWith('/live') ? '?for=1ms' : ''}`,
      needed: operation['x-recert-role'],
    })),
);
/** Routes that require sign-in. */
export const guarded = operations.flatMap((operation) =>
  operation.needed === null ? [] : [{ ...operation, needed: operation.needed }],
);
