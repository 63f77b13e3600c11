import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDockerfile, settingsOf } from '../../../harness/dockerfile.mjs';
import { onPath } from '../../../scripts/install.mjs';
import { ROOT } from './imports.js';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Whether a program is installed. Says on standard error what a missing program leaves untested. */
function isInstalled(program: string): boolean {
  const found = onPath(program) !== undefined;
  if (!found)
    process.stderr.write(`${program} is not installed: its configuration in deploy is not checked.\n`);
  return found;
}

describe('Dockerfile', () => {
  const stages = parseDockerfile(read('Dockerfile'));
  const final = stages.at(-1);
  if (!final) throw new Error('no stage');
  const settings = settingsOf(final);

  it('runs as a numbered user without a password, listens on every address and has a health check', () => {
    expect(settings).toMatchObject({
      user: '1000:1000',
      env: { NODE_ENV: 'production', RECERT_HOST: '0.0.0.0', RECERT_CONFIG: '/etc/recert/recert.yaml' },
      command: ['serve'],
    });
    expect(settings.healthcheck).toEqual([...settings.entrypoint, 'healthcheck']);
    expect(settings.labels['org.opencontainers.image.licenses']).toBe('MIT');
  });

  it('installs production packages only, without install scripts and without TypeScript', () => {
    const runs = stages.find(({ name }) => name === 'packages')?.steps.filter(({ name }) => name === 'RUN');
    expect(runs?.map(({ value }) => value)).toEqual(['npm ci --ignore-scripts --omit=dev --omit=optional']);
    expect(final.steps.filter(({ name }) => name === 'COPY').map(({ value }) => value)).toEqual([
      '--from=packages /app/node_modules node_modules',
      '--from=build /app/dist dist',
      'package.json README.md CHANGELOG.md LICENSE ./',
    ]);
  });
});

const service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()).optional(),
  env_file: z.array(z.strictObject({ path: z.string(), required: z.boolean() })).optional(),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  expose: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).default({}),
  healthcheck: z
    .union([
      z.strictObject({ test: z.array(z.string()), interval: z.string() }),
      z.strictObject({ disable: z.literal(true) }),
    ])
    .optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  restart: z.string(),
  stop_grace_period: z.string().optional(),
});
const compose = z.strictObject({
  name: z.string(),
  'x-hardened': z.unknown(),
  services: z.record(z.string(), service.extend({ command: z.array(z.string()).optional() })),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

describe('docker-compose.yml', () => {
  const { services, secrets, volumes } = compose.parse(parse(read('docker-compose.yml'), { merge: true }));

  it('refers only to services, secrets, volumes and files that exist', () => {
    for (const [name, { depends_on, secrets: used, volumes: mounts }] of Object.entries(services)) {
      expect(
        Object.keys(depends_on).every((one) => one in services),
        name,
      ).toBe(true);
      expect(
        used.every((one) => one in secrets),
        name,
      ).toBe(true);
      const named = mounts
        .map((mount) => mount.split(':')[0] ?? '')
        .filter((source) => !source.startsWith('.'));
      expect(
        named.every((source) => source in volumes),
        name,
      ).toBe(true);
    }
  });

  it('publishes the receiver on a fixed port, and neither Redis nor the worker', () => {
    expect(services.receiver?.ports).toEqual(['${RECERT_BIND:-127.0.0.1}:${RECERT_PORT:-8080}:8080']);
    expect([services.redis?.ports, services.worker?.ports]).toEqual([[], []]);
    const published = Object.values(services).flatMap(({ ports }) => ports);
    expect(
      published.filter((port) => !/^(?:127\.0\.0\.1|\$\{RECERT_BIND:-127\.0\.0\.1\}):/u.test(port)),
    ).toEqual([]);
  });

  it('keeps Redis on disk and hardens every container of Recert', () => {
    expect(services.redis?.command?.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/u);
    for (const name of ['receiver', 'worker', 'demo'])
      expect(services[name], name).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
  });

  it('starts monitoring and demo only with their profiles', () => {
    const always = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
    expect(always.map(([name]) => name)).toEqual(['redis', 'receiver', 'worker']);
  });
});

describe('.github', () => {
  const steps = z.object({
    permissions: z.strictObject({ contents: z.literal('read') }),
    jobs: z.record(
      z.string(),
      z.looseObject({ steps: z.array(z.looseObject({ run: z.string().optional() })) }),
    ),
  });
  const commandsOf = (file: string) =>
    Object.values(steps.parse(parse(read(file))).jobs).flatMap((job) =>
      job.steps.flatMap(({ run }) => run ?? []),
    );

  it('runs the tests of .ci/run on Node.js 20, 22 and 24, and the package on the Node.js of the image', () => {
    const ci = read('.github/workflows/ci.yml');
    expect(ci).toContain("node: ['20', '22', '24']");
    const commands = commandsOf('.github/workflows/ci.yml');
    expect(commands).toContain('bash .ci/run');
    const image = /node:(\d+)-/u.exec(read('Dockerfile'))?.[1];
    expect(commands.join('\n')).toContain(`npm run prove:package -- --node ${image}`);
  });

  it('runs only scripts that package.json has', () => {
    const commands = ['ci', 'release']
      .flatMap((name) => commandsOf(`.github/workflows/${name}.yml`))
      .join('\n');
    const scripts = [...commands.matchAll(/npm run ([\w:-]+)/gu)].map(([, name = '']) => name);
    expect(scripts.length).toBeGreaterThan(0);
    const { scripts: known } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    expect(scripts.filter((name) => !(name in known))).toEqual([]);
  });
});

describe.runIf(isInstalled('systemd-analyze'))('deploy/systemd', () => {
  const units = ['recert-receiver.service', 'recert-worker@.service'].map((name) =>
    join(ROOT, 'deploy/systemd', name),
  );

  it('passes systemd-analyze verify', () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(units)('%s has an exposure of at most 1.5', (unit) => {
    const words = ['security', '--offline=true', '--threshold=15', '--no-pager', unit];
    expect(spawnSync('systemd-analyze', words).status).toBe(0);
  });
});

describe.runIf(isInstalled('caddy'))('deploy/caddy', () => {
  it('is a valid Caddyfile', () => {
    const words = ['validate', '--adapter', 'caddyfile', '--config', join(ROOT, 'deploy/caddy/Caddyfile')];
    const { status, stderr } = spawnSync('caddy', words, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});

describe.runIf(isInstalled('nginx'))('deploy/nginx', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'recert-nginx-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is accepted by nginx', () => {
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'fullchain.pem')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, '-subj', '/CN=recert.example.com'],
      { stdio: 'ignore' },
    );
    const site = read('deploy/nginx/recert.conf').replaceAll('/etc/ssl/recert', folder);
    const main = `pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${site} }`;
    writeFileSync(join(folder, 'nginx.conf'), main);
    expect(existsSync(join(folder, 'fullchain.pem'))).toBe(true);
    const { status, stderr } = spawnSync('nginx', ['-t', '-c', join(folder, 'nginx.conf'), '-p', folder], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  });
});
