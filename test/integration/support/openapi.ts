import { parseFilter, type Expression } from '../../../simulator/http/rsql/parse.js';
import { isElement, parseXml, type XmlValue } from '../../../simulator/http/render/xml.js';
import { KNOWN_GAPS, NULL_ANSWERS, UNLISTED_STATUSES, type KnownGap } from './openapi-gaps.js';
import { loadSpec, type Operation, type Schema, type Spec } from './openapi-schema.js';
import { normaliseClassic, unfitElements } from './openapi-classic.js';

export interface ObservedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: Readonly<Record<string, unknown>>;
  body: string | null;
  contentType: string | null;
}

export interface ObservedAnswer {
  method: string;
  path: string;
  status: number;
  /** The parsed JSON; undefined for an empty body, text for anything else. */
  body: unknown;
}

/** Checks requests and responses against the two API descriptions. Both checks return the errors as text. */
export interface Contract {
  checkRequest(request: ObservedRequest): string[];
  checkAnswer(answer: ObservedAnswer): string[];
  /** Every `METHOD /path/{template}` of the specifications, with the prefix of a real server. */
  operations: readonly string[];
  /** The known gaps that occurred so far. */
  gapsMet: ReadonlySet<KnownGap>;
  /** The operation that a call belongs to. */
  operationOf(method: string, path: string): string | null;
}

interface Route {
  spec: Spec;
  classic: boolean;
  method: string;
  template: string;
  pattern: RegExp;
  operation: Operation;
}

/** The token path of the documentation and scripts. The API description contains only the versioned one. */
const ALIASES: Readonly<Record<string, string>> = { '/api/oauth/token': '/api/v1/oauth/token' };

/** Reads the specifications; ask `specsAreThere` before. */
export function loadContract(): Contract {
  const routes = [
    ...routesOf(loadSpec('jamf-pro-api-11.30.1.subset.json'), '/api', false),
    ...routesOf(loadSpec('classic-api-11.26.0.subset.json'), '/JSSResource', true),
  ];
  const find = (method: string, path: string) => {
    const actual = ALIASES[path] ?? path;
    return routes.find((route) => route.method === method.toUpperCase() && route.pattern.test(actual));
  };
  const gapsMet = new Set<KnownGap>();
  const withoutGaps = (of: KnownGap['of'], call: string, problems: readonly string[]) =>
    problems
      .filter((problem) => {
        const gap = KNOWN_GAPS.find(
          (one) => one.of === of && one.call.test(call) && one.problem.test(problem),
        );
        if (gap) gapsMet.add(gap);
        return !gap;
      })
      .map((problem) => `${call} ${problem}`);
  return {
    gapsMet,
    operations: routes.map(({ method, template }) => `${method} ${template}`),
    operationOf: (method, path) => {
      const route = find(method, path);
      return route ? `${route.method} ${route.template}` : null;
    },
    checkRequest: (request) => {
      const route = find(request.method, request.path);
      const call = `${request.method} ${request.path}`;
      if (!route) return [`${call}: not in the specifications`];
      const problems = [...queryProblems(route, request), ...bodyProblems(route, request)];
      return withoutGaps('request', call, problems);
    },
    checkAnswer: (answer) => {
      const route = find(answer.method, answer.path);
      const call = `${answer.method} ${answer.path}`;
      if (!route) return [`${call}: not in the specifications`];
      return withoutGaps('answer', call, answerProblems(route, answer));
    },
  };
}

function routesOf(spec: Spec, prefix: string, classic: boolean): Route[] {
  return Object.entries(spec.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const template = `${prefix}${path}`;
      const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`);
      return { spec, classic, method: method.toUpperCase(), template, pattern, operation };
    }),
  );
}

function answerProblems(
  { spec, classic, operation, template }: Route,
  { status, body }: ObservedAnswer,
): string[] {
  const listed = operation.responses[String(status)];
  if (!listed && UNLISTED_STATUSES[status] === undefined) return [`${status}: not listed`];
  if (classic) return status < 300 ? classicProblems(spec, body) : pageProblems(body);
  const schema =
    listed?.content?.['application/json']?.schema ??
    (status >= 400 ? { $ref: '#/components/schemas/ApiError' } : null);
  if (operation.operationId === 'postOAuthToken' && status >= 400) {
    return validate(spec, { $ref: '#/components/schemas/OAuthTokenEndpointErrorResponse' }, body);
  }
  if (!schema) return body === undefined ? [] : [`${status}: must have no body`];
  return validate(spec, schema, NULL_ANSWERS.test(template) ? withoutNulls(body) : body);
}

/** A copy without the properties that are null. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (part === null ? [] : [[name, withoutNulls(part)]])),
  );
}

/** Classic answers are `{root: …}`, and the root is the name of a schema. Writes answer the id alone. */
function classicProblems(spec: Spec, body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return ['must be JSON'];
  return Object.entries(body).flatMap(([root, value]) => {
    const schema = spec.schemas[root];
    if (!schema) return [`/${root}: no such schema`];
    if (isIdAlone(value)) return [];
    return validate(spec, schema, normaliseClassic(spec, schema, value));
  });
}

const isIdAlone = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'id';

const pageProblems = (body: unknown): string[] =>
  typeof body === 'string' && body.includes('<p>Error: ') ? [] : ['must be the HTML status page'];

const validate = (spec: Spec, schema: Schema, value: unknown): string[] =>
  spec
    .validate(schema, value)
    .map(({ instancePath, message }) => `${instancePath}: ${message ?? 'does not fit'}`);

function queryProblems({ spec, operation }: Route, { query }: ObservedRequest): string[] {
  const parameters = spec.parameters(operation).filter((parameter) => parameter.in === 'query');
  return Object.entries(query).flatMap(([name, raw]) => {
    const parameter = parameters.find((one) => one.name === name);
    if (!parameter) return [`?${name}: unknown parameter`];
    const { schema, description = '' } = parameter;
    const values = [raw].flat().map(String);
    if (name === 'filter') return filterProblems(values.join(), description);
    if (name === 'sort') return sortProblems(values, description);
    const value = schema['type'] === 'array' ? values : coerce(values[0] ?? '', schema);
    return validate(spec, schema, value).map((problem) => `?${name}${problem}`);
  });
}

function coerce(text: string, schema: Schema): unknown {
  if (schema['type'] === 'integer') return Number(text);
  return schema['type'] === 'boolean' ? text === 'true' : text;
}

/** The allowed fields are only in the description text of the parameter. */
function filterProblems(filter: string, description: string): string[] {
  const selectors = (expression: Expression | null): string[] => {
    if (!expression) return [];
    return expression.kind === 'comparison' ? [expression.selector] : expression.parts.flatMap(selectors);
  };
  return selectors(parseFilter(filter))
    .filter((selector) => !names(description, selector))
    .map((selector) => `?filter: field ${selector} is not allowed`);
}

function sortProblems(criteria: readonly string[], description: string): string[] {
  return criteria
    .flatMap((criterion) => criterion.split(','))
    .map((criterion) => criterion.split(':')[0] ?? '')
    .filter((field) => !names(description, field))
    .map((field) => `?sort: field ${field} is not allowed`);
}

const names = (description: string, field: string): boolean =>
  new RegExp(`(^|[^\\w.])${field.replaceAll('.', '\\.')}($|[^\\w])`).test(description);

function bodyProblems(route: Route, { method, body, contentType }: ObservedRequest): string[] {
  const { spec, operation, classic } = route;
  const type = contentType?.split(';')[0]?.trim() ?? '';
  if (method === 'GET' || method === 'DELETE') return [];
  if (classic) return type.endsWith('/xml') ? xmlProblems(spec, body ?? '') : ['body: must be XML'];
  const schema = operation.requestBody?.content[type]?.schema;
  if (!operation.requestBody) return body ? ['body: must be empty'] : [];
  if (!schema) return [`body: type ${type} is not taken`];
  const value: unknown =
    type === 'application/json'
      ? JSON.parse(body ?? 'null')
      : Object.fromEntries(new URLSearchParams(body ?? ''));
  return validate(spec, schema, value).map((problem) => `body${problem}`);
}

/** The Classic API description has no schema for writes. The schema of the response names the elements. */
function xmlProblems(spec: Spec, body: string): string[] {
  const document: XmlValue = parseXml(body);
  if (!isElement(document)) return ['body: must be XML'];
  return Object.entries(document).flatMap(([root, value = '']) => {
    const schema = spec.schemas[root];
    return schema ? unfitElements(spec, schema, value, `/${root}`) : [`/${root}: unknown element`];
  });
}
