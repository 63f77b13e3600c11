import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const built = (path: string) => fileURLToPath(new URL(`../../../dist/${path}`, import.meta.url));

const BAD = `
redis: { url: "http://127.0.0.1:1" }
tokens: [{ name: x, role: king, sha256: abc }]
instances: {}
`;

describe.each(['src/main.js', 'workers/main.js', 'src/cli/main.js serve', 'src/cli/main.js work'])(
  'node dist/%s',
  (program) => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'recert-processes-'));
      await writeFile(join(folder, 'bad.yaml'), BAD);
    });
    afterAll(() => rm(folder, { recursive: true }));

    const run = (config: string): Promise<{ code: number | string; said: string }> => {
      const [path = '', ...words] = program.split(' ');
      const environment = { ...process.env, RECERT_CONFIG: config };
      return new Promise((resolve) => {
        execFile(process.execPath, [built(path), ...words], { env: environment }, (error, stdout, stderr) => {
          resolve({ code: error?.code ?? 0, said: stdout + stderr });
        });
      });
    };

    it('prints every error of a configuration at once, without a stack, and exits with 2', async () => {
      const { code, said } = await run(join(folder, 'bad.yaml'));
      expect(code, said).toBe(2);
      for (const place of ['redis.url', 'tokens.0.role', 'tokens.0.sha256', 'instances'])
        expect(said).toContain(place);
      expect(said).not.toMatch(/^\s+at /m);
    });

    it('names the file that it cannot read', async () => {
      const { code, said } = await run(join(folder, 'none.yaml'));
      expect(code, said).toBe(2);
      expect(said).toMatch(/none\.yaml .*cannot be read/s);
    });
  },
);
