import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { noBody } from '../http/check-request.js';
import { problemSchema } from '../../contract/problem.js';
import type { Route } from './route.js';

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe(
      'A key that the client chooses. A repeated request with the same key is not executed again: for one day, it receives the stored response.',
    ),
});

/** Generates the OpenAPI 3.1 document from the schemas that validate requests and responses. */
export function openApiDocument(routes: readonly Route[], { version }: { version: string }) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token. Create one with `recert tokens create`.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'recert',
    description:
      'The session cookie of a browser, set by POST /api/v1/session. Over https, its name is __Host-recert.',
  });
  for (const route of routes) registry.registerPath(pathOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Recert',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Recert renews the SCEP certificates of a fleet of Macs before they expire. Times are milliseconds since 1970 (UTC). Durations are written like 30d or 12h. Errors are RFC 9457 problem details.',
    },
    servers: [{ url: '/' }],
  });
}

function pathOf(route: Route): Parameters<OpenAPIRegistry['registerPath']>[0] {
  const { method, path, role, summary, description, params, query, body, answer, statuses } = route;
  const { produces = 'application/json' } = route;
  const content = produces === 'redirection' ? {} : { content: { [produces]: { schema: answer } } };
  return {
    method,
    path,
    operationId: operationId(method, path),
    tags: [path.split('/')[3] ?? 'recert'],
    summary,
    description: [description, role ? `Requires the ${role} role.` : 'No authentication required.']
      .filter(Boolean)
      .join(' '),
    security: role ? [{ token: [] }, { session: [] }] : [],
    'x-recert-role': role,
    request: {
      ...(Object.keys(params.shape).length > 0 ? { params } : {}),
      ...(Object.keys(query.shape).length > 0 ? { query } : {}),
      ...(route.idempotent ? { headers: idempotencyHeader } : {}),
      ...(body === noBody
        ? {}
        : { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      ...Object.fromEntries(
        statuses.map((status) => [status, { description: STATUS_TEXTS[status] ?? 'Done.', ...content }]),
      ),
      default: {
        description: 'Error: what is wrong, and what to do.',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  };
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'Success.',
  201: 'Created.',
  303: 'Redirects the browser.',
  202: 'The request is accepted and is processed in the background. Check the result later.',
};

/** Returns the operation ID of a route: `get /api/v1/computers/{id}` becomes `getComputersById`. */
function operationId(method: string, path: string): string {
  const words = path
    .split('/')
    .slice(3)
    .map((part) => (part.startsWith('{') ? `by-${part.slice(1, -1)}` : part))
    .join('-');
  return `${method}-${words}`.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
}
