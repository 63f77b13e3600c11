import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addProductionPackages, brokenImports, pack } from '../../../harness/package.mjs';

const CONFIG = `
redis: { url: 'redis://127.0.0.1:1' }
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: recert, clientSecret: hidden-secret }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: hidden-key-of-webhooks } } }
    profiles: { okta: { profile: 12 } }
`;

describe('the npm package with its production dependencies', () => {
  let folder: string;
  let unpacked: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recert-package-'));
    ({ unpacked } = pack(folder, { build: false }));
    addProductionPackages(unpacked);
    await writeFile(join(folder, 'recert.yaml'), CONFIG);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const recert = (...words: string[]): Promise<{ code: number | string; out: string; err: string }> =>
    new Promise((resolve) => {
      const env = {
        PATH: process.env.PATH,
        RECERT_CONFIG: join(folder, 'recert.yaml'),
        RECERT_HOST: '0.0.0.0',
      };
      const program = join(unpacked, 'dist/src/cli/main.js');
      execFile(process.execPath, [program, ...words], { env, cwd: folder }, (error, out, err) =>
        resolve({ code: error?.code ?? 0, out, err }),
      );
    });

  it('contains the build, its licenses and the documentation, and neither tests nor development packages', async () => {
    const files = (await readdir(unpacked, { recursive: true })).filter(
      (name) => !name.startsWith('node_modules'),
    );
    for (const name of [
      'LICENSE',
      'README.md',
      'dist/console/LICENSES.md',
      'dist/api-docs/LICENSE',
      'dist/simulator/main.js',
      'docs/README.md',
    ])
      expect(files).toContain(name);
    expect(files.filter((name) => /(?:\.tsx?|\.test\.\w+|\.map|\.env)$|^dist\/\./u.test(name))).toEqual([]);
    const packages = await readdir(join(unpacked, 'node_modules'));
    expect(packages).toContain('bullmq');
    expect(packages.filter((name) => /^(?:typescript|vitest|eslint|tsx|vite|react)/u.test(name))).toEqual([]);
  });

  it('imports only files of the build, modules of Node.js and production dependencies', () => {
    const { checked, broken } = brokenImports(unpacked);
    expect(checked).toBeGreaterThan(500);
    expect(broken).toEqual([]);
  });

  it('runs the command line', async () => {
    expect(await recert('--version')).toMatchObject({ code: 0, out: '0.1.0\n' });
    expect((await recert('demo', '--help')).out).toContain('--exit-when-done');
    const checked = await recert('config', 'check');
    expect(checked, checked.err).toMatchObject({ code: 0 });
    expect(checked.out).toMatch(/host: 0\.0\.0\.0/u);
    expect(checked.out + checked.err).not.toContain('hidden-');
  });

  it('reports that no process responds', async () => {
    const { code, err } = await recert('healthcheck', 'work');
    expect(code).toBe(1);
    expect(err).toMatch(/^http:\/\/127\.0\.0\.1:8081\/healthz: .*ECONNREFUSED/u);
  });
});
