import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { readAuthorities, readConfigurations, readEvents } from '../../../src/okta/parse.js';
import { createOktaConnector } from '../../../src/okta/connector.js';
import { createServiceApp, oktaSettings } from '../../support/okta.js';
import { loadSpec, type Spec } from '../support/openapi-schema.js';
import { readSample } from './samples.js';

const FOLDER = resolve(import.meta.dirname, '../../../../shared/okta/openapi');
const isThere = existsSync(FOLDER);
if (!isThere)
  console.warn(`\n⚠ The contract test of Okta is SKIPPED: the specifications are not at ${FOLDER}\n`);

interface Seen {
  method: string;
  url: URL;
  form: Record<string, string>;
  status: number;
  body: unknown;
}

describe.runIf(isThere)('the contract of the specifications of Okta', () => {
  let simulator: Simulator;
  let specs: Spec[];
  const seen: Seen[] = [];
  const app = createServiceApp();

  beforeAll(async () => {
    specs = ['certificate-authorities.handmade.json', 'system-log-5.1.0.subset.json'].map((file) =>
      loadSpec(file, FOLDER),
    );
    simulator = await startSimulator({
      clock: 'manual',
      fleet: { computers: 3, due: 1 },
      http: { okta: app.simulated },
    });
  });
  afterAll(() => simulator.close());
  afterEach(() => vi.restoreAllMocks());

  function observe(): void {
    const send = globalThis.fetch;
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const response = await send(input, init);
      seen.push({
        method: init?.method ?? 'GET',
        url: new URL(input instanceof Request ? input.url : input),
        form: init?.body instanceof URLSearchParams ? Object.fromEntries(init.body) : {},
        status: response.status,
        body: await response.clone().json(),
      });
      return response;
    });
  }

  /** Returns what an observed call has that the specification does not allow. */
  function problemsOf({ method, url, form, status, body }: Seen): string[] {
    for (const spec of specs)
      for (const [template, operations] of Object.entries(spec.paths)) {
        const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
        const operation = operations[method.toLowerCase()];
        if (!operation || !pattern.test(url.pathname)) continue;
        const allowed = spec.parameters(operation).filter((one) => one.in === 'query');
        const unknown = [...url.searchParams.keys()].filter(
          (name) => !allowed.some((one) => one.name === name),
        );
        const sent = operation.requestBody?.content['application/x-www-form-urlencoded']?.schema;
        const answer = operation.responses[status];
        const schema = (answer?.content ?? referenced(spec, answer))?.['application/json']?.schema;
        return [
          ...unknown.map((name) => `unknown parameter ${name}`),
          ...(sent ? spec.validate(sent, form) : []).map(
            (error) => `request ${error.instancePath} ${error.message}`,
          ),
          ...(answer ? [] : [`status ${status} is not in the specification`]),
          ...(schema ? spec.validate(schema, body) : []).map(
            (error) => `response ${error.instancePath} ${error.message}`,
          ),
        ].map((problem) => `${method} ${url.pathname}: ${problem}`);
      }
    return [`${method} ${url.pathname}: not in the specification`];
  }

  it('holds for every call of the connector and every response of the simulator', async () => {
    observe();
    const okta = createOktaConnector(oktaSettings(app, simulator.url));
    const { ca } = simulator.world;
    ca.renew();
    ca.rollOver();
    ca.resetChallenge();
    const [certificate] = simulator.world.computers
      .all()
      .flatMap(({ id }) => simulator.world.mac(id)?.keychain ?? [])
      .filter(({ profileId }) => simulator.world.profiles.get(profileId)?.scep);
    ca.revoke(certificate?.serialNumber ?? '');
    ca.bind(certificate?.serialNumber ?? '');
    await okta.authorities();
    await okta.events({ cursor: null, since: simulator.world.clock.now() - 1 });
    for (const authorities of ['feature-off', 'forbidden'] as const) {
      await fetch(`${simulator.controlUrl}/faults`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ okta: { authorities, log: 'forbidden' } }),
      });
      await okta.authorities();
      await okta.events({ cursor: null, since: 0 });
    }
    const calls = seen.filter(({ url }) => !url.pathname.startsWith('/__simulator'));
    expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200, 400, 401, 403]));
    expect(calls.flatMap(problemsOf)).toEqual([]);
  });

  it('reads the samples', () => {
    const authorities = readAuthorities(readSample('certificate-authorities'));
    expect(authorities.generations.map(({ rotation, family }) => `${rotation} ${family}`)).toEqual([
      'ACTIVE DEVICE_ACCESS_OKTA_AS_CA',
      'RETIRING DEVICE_ACCESS_OKTA_AS_CA',
      'ACTIVE OKTA_AS_CA',
    ]);
    expect(authorities.generations.map(({ expiresAt }) => expiresAt)).not.toContain(null);
    const configurations = readConfigurations(readSample('registration-authorities'), '');
    expect(configurations.map(({ challenge }) => challenge)).toEqual(['STATIC', 'STATIC', 'DYNAMIC']);
    const [retiring] = authorities.generations.filter(({ rotation }) => rotation === 'RETIRING');
    expect(configurations.map(({ keyId }) => keyId === retiring?.keyId)).toEqual([false, true, true]);
    const events = readEvents(readSample('log-events'));
    // The last one reports an action that failed.
    expect(events).toHaveLength(6);
    expect(events.find(({ type }) => type === 'pki.cert.lifecycle.revoke')?.words).toContain('40f3d9fb');
    expect(JSON.stringify(events)).not.toMatch(/Alex Admin|admin@example|192\.0\.2/);
  });
});

function referenced(spec: Spec, answer: object | undefined) {
  const ref: unknown = answer && Reflect.get(answer, '$ref');
  return typeof ref === 'string' ? spec.responses[ref.split('/').at(-1) ?? '']?.content : undefined;
}
