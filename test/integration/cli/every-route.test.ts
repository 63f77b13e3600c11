import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openApiDocument } from '../../../src/api/server/openapi.js';
import { routes } from '../../../src/api/server/routes.js';
import { EXIT } from '../../../src/cli/exit.js';
import { recert } from '../../support/cli.js';
import { startApi, type TestApi, TOKENS } from '../api/support.js';

const why = ['--reason', 'walking all routes'];

/** A command line for each operation. It may fail in the service. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'GET /api/v1/overview': ['status'],
  'GET /api/v1/computers': ['computers', 'jane'],
  'GET /api/v1/computers/{id}': ['computers', 'show', '2'],
  'POST /api/v1/computers/{id}/look': ['computers', 'look', '2'],
  'GET /api/v1/redistributions': ['redistributions', 'list'],
  'GET /api/v1/redistributions/{id}': ['redistributions', 'show', 'r1'],
  'POST /api/v1/redistributions': ['redistribute', '--id', '2', ...why],
  'POST /api/v1/redistributions/{id}/cancel': ['redistributions', 'cancel', 'r1', ...why],
  'GET /api/v1/batches': ['batches', 'list'],
  'GET /api/v1/batches/{id}': ['batches', 'show', 'b1'],
  'POST /api/v1/batches/{id}/cancel': ['batches', 'cancel', 'b1', ...why],
  'GET /api/v1/failures': ['failures'],
  'GET /api/v1/forecast': ['forecast'],
  'GET /api/v1/profiles': ['profiles', 'list'],
  'GET /api/v1/profiles/{id}/audit': ['profiles', 'audit', '12'],
  'POST /api/v1/profiles/{id}/whole-scope': ['redistribute', '--whole-scope', '12', ...why],
  'POST /api/v1/pause': ['pause', ...why],
  'POST /api/v1/resume': ['resume', ...why],
  'POST /api/v1/removed-instances/{id}/forget': ['forget', 'old', ...why],
  'POST /api/v1/sweep': ['sweep', '--what', 'open'],
  'GET /api/v1/jobs/failed': ['jobs', 'list'],
  'POST /api/v1/jobs/retry': ['jobs', 'retry', '--queue', 'notify', ...why],
  'POST /api/v1/jobs/clear': ['jobs', 'clear', '--queue', 'notify', ...why],
  'GET /api/v1/events': ['events', 'list'],
  'GET /api/v1/events/{id}': ['events', 'show', '1-1'],
  'POST /api/v1/events/replay': ['events', 'replay', '--outcome', 'hint', ...why],
  'POST /api/v1/events/{id}/replay': ['events', 'replay', '1-1', ...why],
  'GET /api/v1/audit': ['audit'],
  'GET /api/v1/tokens': ['tokens', 'list'],
  'POST /api/v1/tokens': ['tokens', 'issue', '--name', 'w', '--role', 'viewer', '--expires', '2999-12-31'],
  'DELETE /api/v1/tokens/{id}': ['tokens', 'revoke', 'abc'],
  'GET /api/v1/live': ['live', '--for', '1ms'],
  'GET /api/v1/settings': ['settings'],
  'DELETE /api/v1/sessions': ['sessions', 'end', '--user', 'another user'],
  'GET /api/v1/session': ['whoami'],
};

/** Operations without a command, with the reason. */
const NOT_ASKED: Readonly<Record<string, string>> = {
  'GET /api/v1/session/ways': 'for the page on which a browser signs in',
  'POST /api/v1/session': 'a cookie is for browsers: a command sends its token with each request',
  'DELETE /api/v1/session': 'a token has no session to end; tokens revoke ends the token',
  'POST /api/v1/session/break-glass': 'opens a session of a browser, as above',
  'GET /api/v1/session/oidc': 'a redirection for browsers',
  'GET /api/v1/session/oidc/callback': 'a redirection for browsers',
};

const document = openApiDocument(routes, { version: '0' });
const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, { 'x-recert-role': string | null }>).map(
    ([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      acts: method !== 'get',
      role: operation['x-recert-role'],
    }),
  ),
);

/** The operation of a request: a path without a parameter takes precedence. */
function operationOf(method: string, pathname: string): string | undefined {
  const fits = operations.filter(({ name }) => {
    const [verb = '', path = ''] = name.split(' ');
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/gu, '[^/]+')}$`, 'u');
    return verb === method && pattern.test(pathname);
  });
  return fits.sort((one, other) => Number(one.name.includes('{')) - Number(other.name.includes('{')))[0]
    ?.name;
}

describe('every operation of the API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());
  afterEach(() => vi.restoreAllMocks());

  const run = (words: readonly string[], token: string) =>
    recert([...words, '--url', api.url, '--token', token], { now: api.now });

  test('is called by a command, or is excluded for a reason', () => {
    const named = [...Object.keys(COMMANDS), ...Object.keys(NOT_ASKED)];
    expect(named.sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  test.each(Object.entries(COMMANDS))('is called by a command: %s: recert %j', async (name, words) => {
    const asked = vi.spyOn(globalThis, 'fetch');
    const { code, err } = await run(words, TOKENS.admin);
    const operationsAsked = asked.mock.calls.map(([target, init]) =>
      operationOf(init?.method ?? 'GET', new URL(target as URL).pathname),
    );
    expect(operationsAsked, err).toContain(name);
    expect([EXIT.usage, EXIT.unreachable], err).not.toContain(code);
  });

  const acting = operations.flatMap(({ name, acts, role }) => {
    const words = COMMANDS[name];
    return acts && role !== null && words ? [{ name, words }] : [];
  });

  test.each(acting)('refuses a viewer with exit code 3: $name', async ({ words }) => {
    const { code, out, err } = await run(words, TOKENS.viewer);
    expect([code, out]).toEqual([EXIT.refused, '']);
    expect(err).toMatch(/this requires the (operator|admin) role; vera has the viewer role/u);
    const machine = await run([...words, '--json'], TOKENS.viewer);
    expect(machine.code).toBe(EXIT.refused);
    expect(JSON.parse(machine.err)).toMatchObject({ exitCode: EXIT.refused, problem: { status: 403 } });
  });
});
