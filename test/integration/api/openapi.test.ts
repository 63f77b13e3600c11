import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, CHALLENGE, JAMF_SECRET, startApi, type TestApi, TOKENS, WEBHOOK_SECRET } from './support.js';

/** The requirements of OpenAPI 3.1 that the document uses. */
const operationSchema = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
  tags: z.array(z.string()).length(1),
  summary: z.string().min(5),
  description: z.string().min(5),
  security: z.array(z.partialRecord(z.enum(['token', 'session']), z.array(z.string()))),
  'x-recert-role': z.enum(['viewer', 'operator', 'admin']).nullable(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['path', 'query', 'header']),
        required: z.boolean(),
        schema: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
  requestBody: z
    .strictObject({
      required: z.literal(true),
      content: z.strictObject({ 'application/json': z.object({ schema: z.unknown() }) }),
    })
    .optional(),
  responses: z
    .record(
      z.string().regex(/^(2\d\d|303|default)$/),
      z.object({
        description: z.string().min(3),
        content: z.record(z.string(), z.object({ schema: z.unknown() })).optional(),
      }),
    )
    .refine((responses) => 'default' in responses && Object.keys(responses).length > 1),
});
const documentSchema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.object({
    title: z.string(),
    version: z.string(),
    license: z.object({ identifier: z.literal('MIT') }),
  }),
  servers: z.array(z.object({ url: z.literal('/') })),
  paths: z.record(
    z.string().startsWith('/api/v1/'),
    z.partialRecord(z.enum(['get', 'post', 'delete']), operationSchema),
  ),
  components: z.object({
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    securitySchemes: z.object({ token: z.unknown(), session: z.unknown() }),
    parameters: z.object({}).optional(),
  }),
  webhooks: z.object({}).optional(),
});

let api: TestApi;
let document: z.output<typeof documentSchema>;
let ajv: Ajv2020;

/** Compiles a schema of the document, with its components. */
function compile(schema: unknown): ValidateFunction {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as AnySchema);
}

const mounted = z.object({
  route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
  handle: z.unknown(),
});
const nested = z.object({ stack: z.array(z.unknown()) });

/** The routes that an Express router answers, including nested routers, as `get /api/v1/…/{id}`, except handlers for every method. */
function mountedIn(router: unknown): string[] {
  const inner =
    typeof router === 'function' && 'stack' in router ? nested.safeParse({ stack: router.stack }) : null;
  return (inner?.data?.stack ?? []).flatMap((layer) => {
    const { route, handle } = mounted.parse(layer);
    if (route === undefined) return mountedIn(handle);
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    return Object.keys(route.methods).flatMap((method) =>
      method === '_all' || !path.startsWith('/api') ? [] : [`${method} ${path}`],
    );
  });
}

beforeAll(async () => {
  api = await startApi();
  const { body } = await ask(api, 'GET', '/api/openapi.json');
  document = documentSchema.parse(body);
  ajv = new Ajv2020({ strict: true, allowUnionTypes: true, discriminator: false });
  ajvFormats.default(ajv);
  ajv.addVocabulary(['openapi', 'info', 'servers', 'components', 'paths', 'example']);
  ajv.addSchema({ $id: 'openapi', components: { schemas: document.components.schemas } });
});
afterAll(() => api.close());

describe('the OpenAPI document', () => {
  test('has a separate ID for every operation, and describes every {parameter} of a path', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => operation.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, methods] of Object.entries(document.paths))
      for (const operation of Object.values(methods)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const described = operation.parameters?.filter((one) => one.in === 'path') ?? [];
        expect(described.map(({ name }) => name)).toEqual(named);
        expect(described.every(({ required }) => required)).toBe(true);
      }
  });

  test('contains only schemas of JSON Schema 2020-12, and every reference is valid', () => {
    const schemas = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    for (const [, name] of schemas) expect(document.components.schemas).toHaveProperty(name ?? '');
    for (const schema of Object.values(document.components.schemas))
      expect(() => compile(schema)).not.toThrow();
    for (const methods of Object.values(document.paths))
      for (const { parameters = [] } of Object.values(methods))
        for (const { schema } of parameters) expect(() => compile(schema)).not.toThrow();
  });

  test('is valid by the schema of OpenAPI 3.1', async () => {
    const { body } = await ask(api, 'GET', '/api/openapi.json');
    const { valid, errors } = await new Validator().validate(body as Record<string, unknown>);
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test('contains every mounted route, and no other', () => {
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    // The routes of the API documentation are not part of the API.
    const about = ['/api/openapi.json', '/api/docs', '/api/docs/page.css', '/api/docs/page.js'];
    expect(mountedIn(api.router).toSorted()).toEqual(
      [...told, ...about.map((path) => `get ${path}`)].toSorted(),
    );
  });

  test('has patterns of JSON Schema', () => {
    expect(JSON.stringify(document)).not.toMatch(/"pattern":"[^"]*\/[a-z]*"/);
  });
});

describe('responses match the OpenAPI document', () => {
  const reason = 'does the answer fit?';
  const requests: [string, string, string, unknown?][] = [
    ['get', '/api/v1/overview', '/api/v1/overview'],
    ['get', '/api/v1/computers', '/api/v1/computers?limit=2'],
    ['get', '/api/v1/computers/{id}', '/api/v1/computers/2'],
    [
      'post',
      '/api/v1/redistributions',
      '/api/v1/redistributions',
      { reason, computers: [{ id: '1' }, { id: '3' }] },
    ],
    [
      'post',
      '/api/v1/redistributions',
      '/api/v1/redistributions',
      { reason, computers: [{ id: '2' }], dryRun: true },
    ],
    ['get', '/api/v1/redistributions', '/api/v1/redistributions'],
    ['post', '/api/v1/pause', '/api/v1/pause', { reason }],
    ['get', '/api/v1/overview', '/api/v1/overview'],
    ['post', '/api/v1/resume', '/api/v1/resume', { reason }],
    ['post', '/api/v1/sweep', '/api/v1/sweep', {}],
    ['get', '/api/v1/audit', '/api/v1/audit'],
    ['get', '/api/v1/events', '/api/v1/events?serialNumber=SERIAL1&until=1'],
    ['get', '/api/v1/events/{id}', '/api/v1/events/1-1'],
    ['post', '/api/v1/events/replay', '/api/v1/events/replay', { reason, outcome: 'hint', dryRun: true }],
    ['post', '/api/v1/events/replay', '/api/v1/events/replay', { reason, outcome: 'hint' }],
    ['post', '/api/v1/events/{id}/replay', '/api/v1/events/1-1/replay', { reason }],
    ['get', '/api/v1/session', '/api/v1/session'],
    ['get', '/api/v1/session/ways', '/api/v1/session/ways'],
    ['get', '/api/v1/tokens', '/api/v1/tokens'],
    ['get', '/api/v1/session/oidc', '/api/v1/session/oidc'],
    ['post', '/api/v1/session', '/api/v1/session', { token: TOKENS.viewer }],
    ['delete', '/api/v1/session', '/api/v1/session'],
    ['post', '/api/v1/redistributions', '/api/v1/redistributions', { reason, computers: [{ id: '3' }] }],
    [
      'post',
      '/api/v1/redistributions',
      '/api/v1/redistributions',
      { reason, filter: { state: 'due' }, dryRun: true },
    ],
    ['get', '/api/v1/batches', '/api/v1/batches'],
    ['get', '/api/v1/batches/{id}', '/api/v1/batches/none'],
    ['get', '/api/v1/computers/{id}', '/api/v1/computers/77'],
    ['post', '/api/v1/sweep', '/api/v1/sweep', { what: 'everything', more: 1 }],
  ];

  test.each(requests)('%s %s: %s', async (method, path, target, body) => {
    const {
      status,
      body: said,
      headers,
    } = await ask(api, method.toUpperCase(), target, { token: TOKENS.operator, body });
    const operation = document.paths[path]?.[method as 'get'];
    const response = operation?.responses[String(status)] ?? operation?.responses.default;
    const [type, content] = Object.entries(response?.content ?? {})[0] ?? [];
    expect(headers.get('content-type')).toContain(type);
    const validate = compile(content?.schema);
    validate(said);
    expect(validate.errors).toBeNull();
    for (const secret of [JAMF_SECRET, WEBHOOK_SECRET, CHALLENGE, ...Object.values(TOKENS)])
      expect(JSON.stringify(said)).not.toContain(secret);
  });

  test('one redistribution and its cancellation', async () => {
    const list = await ask(api, 'GET', '/api/v1/redistributions', { token: TOKENS.viewer });
    const { id } = (list.body as { redistributions: { id: string }[] }).redistributions[0] ?? { id: '' };
    const schema = { $ref: '#/components/schemas/Redistribution' };
    const read = await ask(api, 'GET', `/api/v1/redistributions/${id}`, { token: TOKENS.viewer });
    expect(compile(schema)(read.body)).toBe(true);
    const cancelled = await ask(api, 'POST', `/api/v1/redistributions/${id}/cancel`, {
      token: TOKENS.operator,
      body: { reason },
    });
    expect(compile(schema)(cancelled.body)).toBe(true);
  });
});
