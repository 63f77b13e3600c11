import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, startApi, type TestApi, TOKENS } from './support.js';

const schemaNode = z.record(z.string(), z.unknown());
type Schema = z.output<typeof schemaNode>;

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: schemaNode })).default([]),
        requestBody: z
          .object({ content: z.object({ 'application/json': z.object({ schema: schemaNode }) }) })
          .optional(),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), schemaNode) }),
});

let api: TestApi;
let document: z.output<typeof documentSchema>;

beforeAll(async () => {
  api = await startApi();
  document = documentSchema.parse((await ask(api, 'GET', '/api/openapi.json')).body);
});
afterAll(() => api.close());

/** Invalid values, as a faulty program or an attacker may send. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom('', ' ', '0', '-1', '../..', '%00', '\u0000', '1e309', '__proto__', 'constructor', 'null'),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Values that the schema allows, and sometimes one that it does not. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  const of = (name: string) => schema[name];
  const ref = of('$ref');
  if (typeof ref === 'string') return fitting(document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {});
  const { data: some } = z.array(schemaNode).safeParse(of('anyOf') ?? of('oneOf') ?? of('allOf'));
  if (some) return fc.oneof(...some.map(fitting));
  const { data: named } = z.array(z.unknown()).safeParse(of('enum'));
  if (named) return fc.constantFrom(...named);
  if ('const' in schema) return fc.constant(of('const'));
  switch (of('type')) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: Number(of('minimum') ?? 0), max: Number(of('maximum') ?? 1_000) });
    case 'array':
      return fc.array(fitting(schemaNode.safeParse(of('items')).data ?? {}), { maxLength: 3 });
    case 'object':
      return record(schema);
    case 'null':
      return fc.constant(null);
    default:
      return text(of('pattern'));
  }
}

function text(pattern: unknown): fc.Arbitrary<string> {
  const free = fc.constantFrom('okta', 'prod', 'SERIAL1', 'no such thing', '12', '1-1', '30d');
  if (typeof pattern !== 'string') return fc.oneof(free, fc.string({ maxLength: 40 }));
  return fc.oneof(free, fc.stringMatching(new RegExp(pattern)));
}

function record(schema: Schema): fc.Arbitrary<unknown> {
  const properties = z.record(z.string(), schemaNode).safeParse(schema.properties).data ?? {};
  const required = z.array(z.string()).safeParse(schema.required).data ?? [];
  const fields = Object.entries(properties).map(
    ([name, one]) => [name, fc.oneof({ weight: 6, arbitrary: fitting(one) }, odd)] as const,
  );
  return fc.record(Object.fromEntries(fields), {
    requiredKeys: required.filter((name) => name in properties),
  });
}

/** A request to one operation, with valid or invalid parts. */
function requests() {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return fc.constantFrom(...all).chain(({ path, method, operation: { parameters, requestBody } }) => {
    const given = (where: string) =>
      fc.record(
        Object.fromEntries(
          parameters
            .filter((one) => one.in === where)
            .map(({ name, schema }) => [name, fc.oneof({ weight: 4, arbitrary: fitting(schema) }, odd)]),
        ),
        where === 'query' ? { requiredKeys: [] } : {},
      );
    const body = requestBody?.content['application/json'].schema;
    return fc.record({
      path: fc.constant(path),
      method: fc.constant(method),
      token: fc.oneof(
        fc.constantFrom(...Object.values(TOKENS), undefined, 'recert_nobody'),
        // Most requests are refused anyway: enough of them must come from a user with the role.
        { weight: 2, arbitrary: fc.constant(TOKENS.operator) },
      ),
      params: given('path'),
      query: given('query'),
      body: body ? fc.oneof({ weight: 4, arbitrary: fitting(body) }, odd) : fc.constant(undefined),
      key: fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined, freq: 4 }),
    });
  });
}

const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

test('random requests generated from the document, valid and invalid, never cause a 5xx', async () => {
  const seen = new Map<string, Set<number>>();
  await fc.assert(
    fc.asyncProperty(requests(), async ({ path, method, token, params, query, body, key }) => {
      const target = path.replace(/\{(\w+)\}/gu, (_, name: string) =>
        encodeURIComponent(toWellFormed(plain(params[name])) || 'x'),
      );
      const search = new URLSearchParams(
        Object.fromEntries(Object.entries(query).map(([name, value]) => [name, plain(value)])),
      );
      // An endless stream is ended at once.
      if (path.endsWith('/live')) search.set('for', '1ms');
      const { status, body: said } = await ask(api, method, `${target}?${search.toString()}`, {
        ...(token === undefined ? {} : { token }),
        ...(body === undefined ? {} : { body: body ?? 'null' }),
        headers:
          key === undefined || !/^[\x20-\x7e]+$/u.test(key.trim()) ? {} : { 'Idempotency-Key': key.trim() },
      });
      seen.set(`${method} ${path}`, (seen.get(`${method} ${path}`) ?? new Set()).add(status));
      // This test has no Jamf Pro. The API must report that to a user who may redistribute a whole scope.
      const isJamfs =
        status === 502 &&
        path.endsWith('/whole-scope') &&
        JSON.stringify(said).includes('"urn:recert:problem:jamf-failed"');
      if (status >= 500 && !isJamfs)
        throw new Error(`${method} ${target}: ${status} ${JSON.stringify(said)}`);
      // Every refusal is a problem document with the status of the response.
      expect(status < 400 ? { status } : said).toMatchObject({ status });
    }),
    { numRuns: 3_000, interruptAfterTimeLimit: 50_000 },
  );
  const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
  expect(seen.size).toBe(operations.length);
  const statuses = new Set([...seen.values()].flatMap((some) => [...some]));
  // The test is meaningful only if some requests were accepted and some refused.
  for (const status of [200, 202, 400, 401, 403]) expect(statuses).toContain(status);
  expect(api.told.filter(({ kind }) => kind === 'api.failed')).toEqual([]);
});

function toWellFormed(said: string): string {
  return said.replace(/[\uD800-\uDFFF]/gu, '');
}
