import type { Router } from 'express';

interface Operation {
  path: string;
  method: string;
}

/**
 * The OpenAPI document of GET /api/schema, which needs no sign-in. It lists the operations that the simulator
 * serves, without the details that the document of Jamf Pro contains.
 */
export function describeRoutes(router: Router, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { path, method } of operationsOf(router)) {
    const template = path.replace(/:(\w+)/g, '{$1}');
    paths[template] ??= {};
    paths[template][method] = { responses: { default: { description: 'See the API reference' } } };
  }
  return { openapi: '3.0.1', info: { title: 'Jamf Pro API', version }, servers: [{ url: '/api' }], paths };
}

/** The operations of a router and of the routers inside it. */
function operationsOf(router: Router): Operation[] {
  return router.stack.flatMap(({ route, handle }) => {
    if (!route) return isRouter(handle) ? operationsOf(handle) : [];
    const methods = route.stack.map(({ method }) => method);
    return [route.path].flat().flatMap((path) => methods.map((method) => ({ path, method })));
  });
}

const isRouter = (handle: unknown): handle is Router =>
  typeof handle === 'function' && 'stack' in handle && Array.isArray(handle.stack);
