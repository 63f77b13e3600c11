import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ConfigError, parseConfig } from '../../../src/config/load.js';
import { hashPassword } from '../../../src/config/values/password-hash.js';
import { type Setting, settings } from '../../../src/config/reference.js';
import { createTestCa } from '../../integration/webhooks/certificates.js';

const PAGE = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url));
const page = readFileSync(PAGE, 'utf8');
/** Other pages whose YAML examples are complete enough to load. */
const OTHERS = ['notifications.md', 'sign-in.md'].map((name) => join(PAGE, '..', name));

/** A table of the page. Its selector is a path, and optionally the keys below it: without keys, all that no other table selects. */
const TABLE = /<!-- settings: (.+?) -->[\s\S]*?<!-- \/settings -->/gu;
const selectors = [...page.matchAll(TABLE)].map(([, selector = '']) => {
  const [path = '', ...keys] = selector.split(' ');
  return { path, keys };
});
const paths = selectors.map(({ path }) => path);

const isBelow = (path: string, other: string) => path.startsWith(`${other}.`);
const keyIn = ({ path }: Setting, parent: string) => path.slice(parent.length + 1);

/** The settings of a table, in the order of the schema. */
function settingsOf({ path, keys }: (typeof selectors)[number]): Setting[] {
  const nested = paths.filter((other) => isBelow(other, path));
  return settings()
    .filter((setting) => isBelow(setting.path, path))
    .filter((setting) => !nested.some((other) => isBelow(setting.path, other)))
    .filter((setting) => keys.length === 0 || keys.includes(keyIn(setting, path)));
}

const cell = (text: string) => text.replaceAll('|', '\\|');

function fallbackOf({ fallback }: Setting): string {
  if (fallback === null) return '**required**';
  return fallback === 'none' ? 'none' : cell(`\`${fallback}\``);
}

function tableOf(selector: string): string {
  const [parent = '', ...keys] = selector.split(' ');
  const rows = settingsOf({ path: parent, keys }).map((setting) => {
    return `| \`${keyIn(setting, parent)}\` | ${cell(setting.type)} | ${fallbackOf(setting)} | ${cell(setting.description)} |`;
  });
  const head = `Keys of \`${parent}\`:\n\n| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |`;
  return `<!-- settings: ${selector} -->\n\n${head}\n${rows.join('\n')}\n\n<!-- /settings -->`;
}

describe('the tables of docs/configuration.md', () => {
  it('describe every setting', () => {
    const undescribed = settings().filter(({ description }) => description === '');
    expect(undescribed.map(({ path }) => path)).toEqual([]);
  });

  it('show every setting exactly once', () => {
    const name = ({ path, type }: Setting) => `${path} ${type}`;
    const shown = selectors.flatMap((selector) => settingsOf(selector).map(name));
    expect(shown.toSorted()).toEqual(settings().map(name).toSorted());
  });

  it('match the schema (-u updates them)', async () => {
    const updated = page.replace(TABLE, (_, selector: string) => tableOf(selector));
    const options = await resolveConfig(PAGE);
    await expect(await format(updated, { ...options, filepath: PAGE })).toMatchFileSnapshot(PAGE);
  });
});

/** The smallest configuration that loads; an example is merged into it. */
const BASE = `
redis: { url: 'redis://127.0.0.1:6379' }
instances:
  prod:
    url: https://example.jamfcloud.com
    auth: { clientId: id, clientSecret: secret-of-the-client }
    webhooks: { authentication: { type: basic, username: jamf, password: password-of-jamf } }
    profiles: { okta: { overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } } }
`;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings with another `type`, other credentials or another form of Redis replace the base settings. */
const REPLACING = ['type', 'clientId', 'sentinels', 'cluster'];

/** The example, merged into the base configuration. */
function merge(base: unknown, example: unknown): unknown {
  if (!isMap(base) || !isMap(example)) return example;
  if (REPLACING.some((key) => key in example)) return example;
  const merged = Object.entries(example).map(([key, value]): [string, unknown] => [
    key,
    merge(base[key], value),
  ]);
  return Object.assign({}, base, Object.fromEntries(merged));
}

const examplesOf = (text: string) => [...text.matchAll(/```yaml\n(.*?)```/gsu)].map(([, yaml = '']) => yaml);

describe('the examples of the documentation', () => {
  const examples = examplesOf(page);
  const others = OTHERS.flatMap((path) => examplesOf(readFileSync(path, 'utf8')));
  const environment = {
    REDIS_PASSWORD: 'password',
    JAMF_CLIENT_ID: 'id',
    OLD_KEY: 'an-old-key-of-a-webhook',
    WEBHOOK_KEY: 'a-new-key-of-a-webhook',
  };
  let folder = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'recert-examples-'));
    const { cert, key } = createTestCa('Examples').issue([['CN', 'recert.example.com']]);
    const files: [string, string][] = [
      ['recert.pem', cert],
      ['recert.key', key],
      ['redis-ca.pem', cert],
      ['redis.pem', cert],
      ['redis.key', key],
      ['metrics-token', 'token-of-prometheus'],
      ['heartbeat-url', 'https://example.com/heartbeat'],
      ['slack-url', 'https://example.com/slack'],
      ['recert-signing', 'a-key-of-the-signature'],
      ['pagerduty-key', '0123456789abcdef0123456789abcdef'],
      ['okta', 'secret-of-the-client'],
      ['okta-app.key', key],
      ['jamf_client_secret', 'secret-of-the-client'],
      ['break-glass.hash', await hashPassword('sixteen characters')],
    ];
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('cover each table of docs/configuration.md', () => expect(examples).toHaveLength(selectors.length));

  it.each([...examples, ...others])('load: %s', (example) => {
    const text = stringify(merge(parse(BASE), parse(example, { schema: 'core' })));
    const inFolder = text.replaceAll(/(?:\/run\/secrets|\/etc\/recert)(?=\/)/gu, folder);
    const load = () => parseConfig(inFolder, { source: join(folder, 'recert.yaml'), environment });
    expect(load).not.toThrow(ConfigError);
  });
});
