import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, parseConfig } from '../../../src/config/load.js';
import { summarize } from '../../../src/config/summary.js';

const CANARY = 'canary-3f9c';

const GOOD = `
redis: { url: "redis://someone:\${REDIS_PASSWORD}@127.0.0.1:6390" }
instances:
  prod:
    url: https://example.jamfcloud.com
    auth: { clientId: abc, clientSecretFile: client-secret }
    webhooks:
      authentication: { type: header, headers: { X-Api-Key: ["\${OLD_KEY}", "\${NEW_KEY}"] } }
    profiles:
      okta:
        overlap: { blue: 12, green: "13", joinGreen: 31, leaveBlue: 32 }
`;
const environment = { REDIS_PASSWORD: CANARY, OLD_KEY: `${CANARY}-old`, NEW_KEY: `${CANARY}-new` };

let folder: string;
let source: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recert-config-'));
  source = join(folder, 'recert.yaml');
  writeFileSync(join(folder, 'client-secret'), `${CANARY}-file\n`);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The problems of a configuration text, or an empty list. */
function problemsOf(text: string, given: Record<string, string> = environment): readonly string[] {
  try {
    parseConfig(text, { source, environment: given });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('a valid configuration', () => {
  it('is read with values from the environment and from files, IDs as text and durations in milliseconds', () => {
    const config = parseConfig(GOOD, { source, environment });
    const prod = config.instances.prod;
    expect(config.redis.url).toBe(`redis://someone:${CANARY}@127.0.0.1:6390`);
    const auth = prod?.auth;
    expect(auth && 'clientSecret' in auth ? auth.clientSecret.reveal() : undefined).toBe(`${CANARY}-file`);
    expect(prod?.profiles.okta?.overlap).toMatchObject({ blue: '12', green: '13', settle: 7 * 86_400_000 });
    expect(prod?.profiles.okta?.waits.blankPush).toEqual([900_000, 14_400_000, 86_400_000]);
    expect(prod?.profiles.okta?.mode).toBe('observe');
  });

  it('contains no secret in its summary, in JSON or when inspected', () => {
    const config = parseConfig(GOOD, { source, environment });
    expect(JSON.stringify(summarize(config))).not.toContain(CANARY);
    expect(JSON.stringify(config.instances)).not.toContain(CANARY);
    expect(inspect(config.instances, { depth: 20 })).not.toContain(CANARY);
    expect(summarize(config)).toMatchObject({
      instances: { prod: { profiles: { okta: { window: '30d' } } } },
    });
  });

  it('takes the default of the addresses from RECERT_HOST, where the file has none', () => {
    const parse = (text: string, host?: string) =>
      parseConfig(text, { source, environment: { ...environment, RECERT_HOST: host } });
    expect(parse(GOOD)).toMatchObject({ http: { host: '127.0.0.1' }, worker: { host: '127.0.0.1' } });
    const own = parse(`${GOOD}\nhttp: { port: 9000 }\nworker: { host: 10.0.0.5 }`, '0.0.0.0');
    expect(own).toMatchObject({ http: { host: '0.0.0.0', port: 9000 }, worker: { host: '10.0.0.5' } });
    expect(parse(GOOD, '0.0.0.0')).toMatchObject({ http: { host: '0.0.0.0' }, worker: { host: '0.0.0.0' } });
  });

  it('is read from the file that RECERT_CONFIG names', () => {
    writeFileSync(source, GOOD);
    expect(loadConfig({ ...environment, RECERT_CONFIG: source }).http.port).toBe(8080);
  });
});

it.each([
  ['30d', 30 * 86_400_000],
  ['25%', { share: 0.25 }],
  ['50%', { share: 0.5 }],
])('parses a renewal window of %s as a duration or a share of the lifetime', (text, window) => {
  const config = parseConfig(GOOD.replace('okta:', `okta:\n        window: ${text}`), {
    source,
    environment,
  });
  expect(config.instances.prod?.profiles.okta?.window).toEqual(window);
});

it.each(['0%', '51%', '100%'])('rejects a renewal window of %s', (text) => {
  expect(problemsOf(GOOD.replace('okta:', `okta:\n        window: ${text}`))).toEqual([
    'instances.prod.profiles.okta.window: a percentage of the certificate lifetime must be more than 0% and at most 50%',
  ]);
});

describe('an invalid configuration', () => {
  it('is reported with all problems at once, each with its path', () => {
    const bad = GOOD.replace('https://example.jamfcloud.com', 'nonsense')
      .replace('blue: 12', 'blue: twelve')
      .replace('okta:', 'okta:\n        window: "30 days"\n        windw: 1d');
    expect(problemsOf(bad)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^instances\.prod\.url: /),
        expect.stringMatching(/^instances\.prod\.profiles\.okta\.overlap\.blue: /),
        'instances.prod.profiles.okta.window: write a duration like 30d, 12h, 15m, 90s or 250ms, or a percentage of the certificate lifetime like 25%',
        'instances.prod.profiles.okta.windw: unknown setting',
      ]),
    );
  });

  it.each([
    ['a variable that is not set', GOOD, {}, 'redis.url: environment variable REDIS_PASSWORD is not set'],
    [
      'a secret file that is missing',
      GOOD.replace('client-secret', 'elsewhere'),
      environment,
      /clientSecretFile: ENOENT/,
    ],
    ['text that is not YAML', 'redis: [', environment, /./],
    [
      'one profile named twice',
      GOOD.replace('green: "13"', 'green: "12"'),
      environment,
      /overlap\.green: is the ID of the first profile/,
    ],
    ['an empty file', '', environment, /the file: /],
    [
      'no instance',
      'redis: { url: "redis://127.0.0.1:1" }\ninstances: {}',
      environment,
      /at least one Jamf Pro/,
    ],
    [
      'a server without authentication and without explicit confirmation',
      GOOD.replace(/authentication: .*/, 'authentication: { type: none }'),
      environment,
      /acceptUnauthenticated/,
    ],
    [
      'sources when every proxy is trusted',
      `${GOOD.replace(/(authentication: .*)/, '$1\n      sources: [192.0.2.0/24]')}\nhttp: { trustProxy: true }`,
      environment,
      /sources: can be bypassed, because http\.trustProxy lets every client choose its own address/,
    ],
    [
      'an invalid range',
      GOOD.replace(/(authentication: .*)/, '$1\n      sources: [192.0.2.0/33]'),
      environment,
      /sources\.0: is not an IP address or a range/,
    ],
    [
      'an invalid certificate',
      `${GOOD}\nhttp: { tls: { cert: nonsense, key: nonsense } }`,
      environment,
      /http\.tls\.cert: is not a PEM certificate/,
    ],
  ])('is reported with what to do about %s', (_, text, given, expected) => {
    expect(problemsOf(text, given as Record<string, string>).join('\n')).toMatch(expected);
  });

  it.each([
    [
      'a signature with a short secret',
      'type: signature, header: X, secret: short',
      /at least 16 characters/,
    ],
    ['an invalid header name', "type: signature, header: 'X Y', secret: 1234567890123456", /header name/],
    ['certificates without a name', 'type: mtls, proxyHeader: X', /commonNames or fingerprints/],
    ['an invalid fingerprint', 'type: mtls, proxyHeader: X, fingerprints: [ab]', /64 hex digits/],
    [
      'client certificates that the receiver does not request',
      'type: mtls, commonNames: [jamf]',
      /Set http\.tls\.clientCa/,
    ],
    [
      'a header that any client can send',
      'type: mtls, proxyHeader: X, commonNames: [jamf]',
      /proxyHeader: requires the addresses of the proxies/,
    ],
  ])('is reported with what to do about %s', (_, authentication, expected) => {
    const text = GOOD.replace(/authentication: .*/, `authentication: { ${authentication} }`);
    expect(problemsOf(text).join('\n')).toMatch(expected);
  });

  it('is reported without its values, which may be secrets', () => {
    const bad = GOOD.replace('clientId: abc', `clientId: abc, clientSecret: ["${CANARY}"]`).replace(
      '"redis:',
      '"http:',
    );
    expect(problemsOf(bad).join('\n')).not.toContain(CANARY);
  });

  it('is reported when no file is named or the file cannot be read', () => {
    expect(() => loadConfig({})).toThrow(/RECERT_CONFIG is not set/);
    expect(() => loadConfig({ RECERT_CONFIG: join(folder, 'none.yaml') })).toThrow(/cannot be read/);
  });
});

it('hides a password in the query of a Redis URL, where ioredis accepts one', () => {
  const text = GOOD.replace(
    'redis://someone:${REDIS_PASSWORD}@127.0.0.1:6390',
    `redis://127.0.0.1:6390?password=${CANARY}`,
  );
  const shown = JSON.stringify(summarize(parseConfig(text, { source, environment })));
  expect(shown).toContain('password=hidden');
  expect(shown).not.toContain(CANARY);
});
