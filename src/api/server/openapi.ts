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
      'Any key of yours. The same request with the same key is done once, and answered alike for a day.',
    ),
});

/** The OpenAPI 3.1 document of the routes, made from the very schemas that check requests and answers. */
export function openApiDocument(routes: readonly Route[], { version }: { version: string }) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token. `recert tokens create` makes one.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'recert',
    description:
      'The session of a browser, opened with POST /api/v1/session. Behind https its name is __Host-recert.',
  });
  for (const route of routes) registry.registerPath(pathOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Recert',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Keeps the certificates of a fleet of Macs from expiring. Instants are milliseconds since 1970, durations are written like 30d or 12h, every error is RFC 9457 problem details.',
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
    description: [description, role ? `Needs the role ${role}.` : 'Open to anybody.']
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
        description: 'What is wrong, and what to do.',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  };
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'The answer.',
  201: 'Made.',
  303: 'The browser goes on elsewhere.',
  202: 'Taken on: what becomes of it is to be seen later.',
};

/** `get /api/v1/computers/{id}` becomes `getComputersById`. */
function operationId(method: string, path: string): string {
  const words = path
    .split('/')
    .slice(3)
    .map((part) => (part.startsWith('{') ? `by-${part.slice(1, -1)}` : part))
    .join('-');
  return `${method}-${words}`.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
}
