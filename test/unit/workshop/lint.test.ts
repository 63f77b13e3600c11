import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

/** Rules broken by a text, as if it stood in an existing file of the project. */
async function rulesBroken(file: string, text: string): Promise<(string | null)[]> {
  const [result] = await new ESLint().lintText(text, { filePath: file });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

// The first look types the whole project.
describe('the linter', { timeout: 120_000 }, () => {
  it.each([
    ['src/domain/computer.ts', '../config/duration.js', 'the pure core may import nothing of ours'],
    ['src/store/keys.ts', '../queues/names.js', 'store and queues do not know each other'],
    ['src/jamf/client.ts', '../store/keys.js', 'jamf and store do not know each other'],
    ['src/queues/names.ts', '../api/routes.js', 'a room below does not know those who put rooms together'],
    ['simulator/options.ts', '../src/domain/computer.js', 'the simulator knows none of src'],
    ['workers/deps.ts', '../src/jamf/redeploy.js', 'a whole scope is redistributed by a person alone'],
    ['workers/deps.ts', '../src/api/routes.js', 'nor does a worker come by it through the routes'],
    ['src/webhooks/wake.ts', '../api/whole-scope.js', 'nor does a webhook'],
    ['src/jamf/api.ts', './redeploy.js', 'nor does the client that everybody has'],
    ['src/api/routes/control.ts', '../../jamf/redeploy.js', 'nor does another route'],
    ['src/config/duration.ts', '../../simulator/options.js', 'the product does not depend on the simulator'],
  ])('refuses in %s an import of %s: %s', async (file, imported) => {
    expect(await rulesBroken(file, `export * from '${imported}';\n`)).toContain(
      'import-x/no-restricted-paths',
    );
  });

  it('refuses a floating promise: here it is a lost job', async () => {
    const text = 'export function forget(): void {\n  Promise.resolve();\n}\n';
    expect(await rulesBroken('src/store/keys.ts', text)).toContain('@typescript-eslint/no-floating-promises');
  });

  it('refuses any', async () => {
    expect(await rulesBroken('src/store/keys.ts', 'export const key: any = 1;\n')).toContain(
      '@typescript-eslint/no-explicit-any',
    );
  });

  it('has nothing against what is there', async () => {
    expect(await rulesBroken('src/store/keys.ts', 'export const key = 1;\n')).toEqual([]);
  });
});
