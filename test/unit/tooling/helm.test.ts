import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { parseDockerfile, settingsOf } from '../../../harness/dockerfile.mjs';
import { onPath } from '../../../scripts/install.mjs';
import { parseConfig } from '../../../src/config/load.js';
import { createTestCa } from '../../integration/webhooks/certificates.js';
import { ROOT } from './imports.js';

const CHART = join(ROOT, 'deploy/helm/recert');
const read = (path: string) => readFileSync(join(CHART, path), 'utf8');
const objectSchema = z.record(z.string(), z.unknown());
type Values = z.output<typeof objectSchema>;
const yamlOf = (path: string): Values => objectSchema.parse(parse(read(path)));
const isMapping = (value: unknown): value is Values => objectSchema.safeParse(value).success;

/** Adds the values of a file to the defaults, as Helm does: mappings are merged, everything else is replaced. */
function merge(base: Values, over: Values): Values {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    merged.set(key, isMapping(before) && isMapping(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

const defaults = yamlOf('values.yaml');
const examples = readdirSync(join(CHART, 'ci')).map((file) => ({
  file: `ci/${file}`,
  values: merge(defaults, yamlOf(`ci/${file}`)),
}));
const templates = readdirSync(join(CHART, 'templates'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:yaml|tpl|txt)$/u.test(name))
  .map((name) => ({ name, text: read(`templates/${name}`) }));
const everything = templates.map(({ text }) => text).join('\n');

/** Paths of all values. Mappings that the operator fills (empty, `selector`, `config`, `resources`) are one value. */
function pathsOf(values: Values, parent = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const here = parent ? `${parent}.${key}` : key;
    const isOpen = ['selector', 'config', 'resources'].includes(key);
    if (!isMapping(value) || isOpen || Object.keys(value).length === 0) return [here];
    return pathsOf(value, here);
  });
}

const schemaNode = z.looseObject({ properties: objectSchema.optional() });
/** Paths that the JSON Schema describes. */
function describedBy(schema: unknown, parent = ''): string[] {
  const { properties } = schemaNode.parse(schema);
  if (!properties || parent === 'config') return [parent];
  return Object.entries(properties).flatMap(([key, inner]) =>
    describedBy(inner, parent ? `${parent}.${key}` : key),
  );
}

describe('values of the Helm chart', () => {
  const schema = objectSchema.parse(JSON.parse(read('values.schema.json')));
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const errorsOf = (values: Values) => (validate(values) ? [] : (validate.errors ?? []));

  it('has the version of the package', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    expect(yamlOf('Chart.yaml')).toMatchObject({ apiVersion: 'v2', name: 'recert', appVersion: version });
  });

  it('matches the schema, by default and in each example', () => {
    expect(errorsOf(defaults)).toEqual([]);
    for (const { file, values } of examples) expect(errorsOf(values), file).toEqual([]);
    expect(errorsOf(merge(defaults, { receiver: { replica: 3 } }))).toHaveLength(1);
    expect(errorsOf(merge(defaults, { image: { digest: 'latest' } }))).toHaveLength(1);
  });

  it('are all described by the schema, and the schema describes no other', () => {
    const described = describedBy(schema).filter((path) => path !== 'global');
    expect(described.toSorted()).toEqual(pathsOf(defaults).toSorted());
  });

  it('exist for every path that a template uses, and each is used', () => {
    const known = pathsOf(defaults);
    const used = templates.flatMap(({ name, text }) => {
      const direct = [...text.matchAll(/\.Values\.([\w.]*\w)/gu)].map(([, path = '']) => path);
      const variables = [...text.matchAll(/(\$\w+) := \.Values\.([\w.]*\w)/gu)];
      const through = variables.flatMap(([, variable = '', section]) =>
        [...text.matchAll(/(\$\w+)\.([\w.]*\w)/gu)]
          .filter(([, owner]) => owner === variable)
          .map(([, , path]) => `${section}.${path}`),
      );
      return [direct, through].flat().map((path) => ({ name, path }));
    });
    expect(used.length).toBeGreaterThan(60);
    const exists = (path: string) =>
      path.startsWith('config.') || known.some((one) => one === path || one.startsWith(`${path}.`));
    expect(used.filter(({ path }) => !exists(path))).toEqual([]);
    const unused = known.filter((path) => !everything.includes(`.${path.split('.').at(-1)}`));
    expect(unused).toEqual([]);
  });
});

describe('templates of the Helm chart', () => {
  it('close every action and every block', () => {
    for (const { name, text } of templates) {
      const actions = [...text.matchAll(/\{\{-?\s*(\/\*|\w+)?[\s\S]*?\}\}/gu)];
      const opened = text.match(/\{\{/gu)?.length ?? 0;
      expect(actions, name).toHaveLength(opened);
      const words = actions.map(([, word]) => word);
      const blocks = words.filter((word) => /^(?:if|with|range|define|block)$/u.test(word ?? ''));
      expect(
        words.filter((word) => word === 'end'),
        name,
      ).toHaveLength(blocks.length);
    }
  });

  it('include only templates that are defined', () => {
    const defined = [...everything.matchAll(/define "([\w.]+)"/gu)].map(([, name]) => name);
    const included = [...everything.matchAll(/include "([\w.]+)"/gu)].map(([, name]) => name);
    expect(included.length).toBeGreaterThan(20);
    expect([...new Set(included)].toSorted()).toEqual(defined.toSorted());
  });

  it('agree with the image: user, ports, commands and folders', () => {
    const final = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).at(-1);
    if (!final) throw new Error('no stage');
    const { user, env } = settingsOf(final);
    expect(user).toBe('1000:1000');
    expect(everything).toContain('include "recert.podSecurity" 1000');
    expect(env.RECERT_CONFIG).toBe('/etc/recert/recert.yaml');
    expect(everything).toContain('mountPath: /etc/recert, readOnly: true');
    expect(yamlOf('files/base.yaml')).toEqual({
      http: { port: 8080 },
      worker: { port: 8081 },
      metrics: { port: 9464 },
      spool: { folder: '/var/lib/recert/spool' },
    });
    for (const port of [8080, 8081, 9464]) expect(everything).toContain(`containerPort: ${port}`);
    expect(everything).toContain('name: spool, mountPath: /var/lib/recert/spool');
  });

  it('expose only /webhooks with the Ingress', () => {
    expect([...read('templates/ingress.yaml').matchAll(/path: (\S+)/gu)].map(([, path]) => path)).toEqual([
      '/webhooks',
    ]);
  });

  it('use the alert rules of deploy/prometheus and not a copy, and scale on a documented metric', () => {
    expect(realpathSync(join(CHART, 'files/recert.rules.yml'))).toBe(
      realpathSync(join(ROOT, 'deploy/prometheus/recert.rules.yml')),
    );
    const { worker } = z
      .object({ worker: z.object({ autoscaling: z.object({ metric: z.string() }) }) })
      .parse(defaults);
    const documented = readFileSync(join(ROOT, 'docs/monitoring.md'), 'utf8');
    expect(documented).toContain(`| \`${worker.autoscaling.metric}\` `);
  });
});

describe('recert.yaml of the Helm chart', () => {
  const ca = createTestCa('Redis').cert;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'recert-helm-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(examples)('is a valid configuration with $file', ({ values }) => {
    const { config, redis } = z
      .object({
        config: objectSchema,
        redis: z.object({ bundled: z.object({ enabled: z.boolean(), passwordKey: z.string() }) }),
      })
      .parse(values);
    const { enabled, passwordKey } = redis.bundled;
    const bundled = { url: 'redis://recert-redis:6379', passwordFile: `/run/secrets/recert/${passwordKey}` };
    const settings = merge(config, yamlOf('files/base.yaml'));
    const text = stringify(enabled ? merge(settings, { redis: bundled }) : settings);
    // The mounted files of the Secrets, in one folder.
    const files = [...text.matchAll(/\/run\/secrets\/[\w-]+\/([\w.-]+)/gu)].map(([, name = '']) => name);
    expect(files.length).toBeGreaterThan(2);
    for (const name of files)
      writeFileSync(join(folder, name), name.endsWith('.crt') ? ca : `content of ${name}`);
    const mounted = text.replaceAll(/\/run\/secrets\/[\w-]+\//gu, `${folder}/`);
    const parsed = parseConfig(mounted, { source: 'recert.yaml', environment: { RECERT_HOST: '0.0.0.0' } });
    expect(parsed.metrics).toMatchObject({ host: '0.0.0.0', port: 9464 });
  });

  it('may contain no secret in plain text', () => {
    const [, source = ''] = /\$secret := "\(\?m\)(.*)" -\}\}/u.exec(read('templates/_helpers.tpl')) ?? [];
    const pattern = new RegExp(z.string().parse(JSON.parse(`"${source}"`)), 'mu');
    for (const key of ['password', 'clientSecret', 'token', 'routingKey', 'privateKey', 'hash'])
      expect(`auth:\n  ${key}: plain`, key).toMatch(pattern);
    expect('auth:\n  - password: plain').toMatch(pattern);
    for (const text of [
      'passwordFile: /run/secrets/a',
      "password: '${PASSWORD}'",
      'keyId: abc',
      'password:\n',
    ])
      expect(text).not.toMatch(pattern);
  });
});

describe('helm', () => {
  it('lints the chart and renders each example, if it is installed', { timeout: 300_000 }, () => {
    const helm = onPath('helm');
    if (helm === undefined) {
      process.stderr.write('helm is not installed: the chart in deploy/helm is checked, but not rendered.\n');
      return;
    }
    for (const { file } of examples) {
      execFileSync(helm, ['lint', '--strict', CHART, '--values', join(CHART, file)], { stdio: 'pipe' });
      const output = execFileSync(helm, ['template', 'recert', CHART, '--values', join(CHART, file)], {
        encoding: 'utf8',
      });
      const kinds = parseAllDocuments(output).map((document) => {
        expect(document.errors).toEqual([]);
        return z.looseObject({ kind: z.string() }).parse(document.toJS()).kind;
      });
      expect(kinds).toEqual(expect.arrayContaining(['ConfigMap', 'Deployment', 'NetworkPolicy', 'Service']));
    }
  });
});
