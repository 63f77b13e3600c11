import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LAYER_RULE = 'import-x/no-restricted-paths';

/** A file of each layer of docs/architecture.md, from the lowest to the highest. */
const LAYERS = {
  domain: 'src/domain/renewal.ts',
  foundation: 'src/config/values/duration.ts',
  contract: 'src/contract/problem.ts',
  adapters: 'src/store/redis/keys.ts',
  application: 'src/application/fleet/filter-by-state.ts',
  'entry points': 'src/api/http/cookies.ts',
} as const;

/** A file of each adapter and of each entry point. */
const ADAPTERS = [
  'src/jamf/settings.ts',
  'src/scep/certificates.ts',
  'src/store/redis/keys.ts',
  'src/queues/names.ts',
  'src/notify/notice.ts',
];
const ENTRY_POINTS = [
  'src/api/http/cookies.ts',
  'src/webhooks/http/body.ts',
  'workers/queue-worker.ts',
  'src/cli/exit.ts',
  'src/doctor/finding.ts',
  'src/setup/plan.ts',
];
/** The imports between entry points that the linter allows. */
const COMMANDS = [
  'src/cli/exit.ts > src/doctor/finding.ts',
  'src/cli/exit.ts > src/setup/plan.ts',
  'src/doctor/finding.ts > src/setup/plan.ts',
  'src/setup/plan.ts > src/webhooks/http/body.ts',
];

const eslint = new ESLint({ cwd: ROOT });

/** The messages about a text, as if it were the content of an existing file. */
async function messagesAbout(file: string, text: string): Promise<{ line: number; rule: string | null }[]> {
  expect(existsSync(join(ROOT, file)), file).toBe(true);
  const [result] = await eslint.lintText(text, { filePath: join(ROOT, file) });
  return (result?.messages ?? []).map(({ line, ruleId }) => ({ line, rule: ruleId }));
}

async function rulesBroken(file: string, text: string): Promise<ReadonlySet<string | null>> {
  return new Set((await messagesAbout(file, text)).map(({ rule }) => rule));
}

/** Those of the modules that a file must not import. */
async function refusedImports(file: string, modules: readonly string[], rule = LAYER_RULE) {
  const lines = modules.map((module) => {
    if (!module.endsWith('.ts')) return `import '${module}';`;
    expect(existsSync(join(ROOT, module)), module).toBe(true);
    const path = relative(dirname(file), module).replace(/\.ts$/, '.js');
    return `import '${path.startsWith('.') ? path : `./${path}`}';`;
  });
  const messages = await messagesAbout(file, lines.join('\n') + '\n');
  return modules.filter((_module, index) =>
    messages.some((message) => message.rule === rule && message.line === index + 1),
  );
}

// The first text causes the whole project to be parsed and type-checked.
describe('the linter', { timeout: 600_000 }, () => {
  it.each(Object.entries(LAYERS))('lets %s import lower layers only', async (_layer, file) => {
    const files: string[] = Object.values(LAYERS);
    // The use cases import types of the adapters from the ports.
    const refused = file === LAYERS.application ? [LAYERS.adapters] : [];
    const above = files.slice(files.indexOf(file) + 1);
    const others = files.filter((other) => other !== file);
    expect(await refusedImports(file, others)).toEqual([...refused, ...above]);
  });

  it.each(ADAPTERS)('separates %s from the other adapters', async (file) => {
    const others = ADAPTERS.filter((other) => other !== file);
    expect(await refusedImports(file, others)).toEqual(others);
  });

  it.each(ENTRY_POINTS)('separates %s from the other entry points', async (file) => {
    const others = ENTRY_POINTS.filter((other) => other !== file);
    const refused = others.filter((other) => !COMMANDS.includes(`${file} > ${other}`));
    expect(await refusedImports(file, others)).toEqual(refused);
  });

  it('lets the use cases name no adapter, except in the ports', async () => {
    expect(await refusedImports(LAYERS.application, ADAPTERS)).toEqual(ADAPTERS);
    expect(await refusedImports('src/application/ports.ts', ADAPTERS)).toEqual([]);
  });

  it('lets the ports name types of the adapters, and load no code of them', async () => {
    const rule = '@typescript-eslint/no-restricted-imports';
    expect(await refusedImports('src/application/ports.ts', ADAPTERS, rule)).toEqual(ADAPTERS);
    const types = "export type { Key } from '../store/redis/keys.js';\n";
    expect(await messagesAbout('src/application/ports.ts', types)).toEqual([]);
  });

  it.each([LAYERS.domain, LAYERS.contract, LAYERS.application, 'src/application/ports.ts'])(
    'keeps libraries of transports and stores out of %s',
    async (file) => {
      const libraries = ['express', 'bullmq', 'ioredis', 'commander', 'axios'];
      const rule = '@typescript-eslint/no-restricted-imports';
      expect(await refusedImports(file, libraries, rule)).toEqual(libraries);
    },
  );

  it.each([
    ['simulator/options.ts', 'src/domain/computer.ts'],
    ['src/config/values/duration.ts', 'simulator/options.ts'],
    ['workers/worker.ts', 'prove/main.ts'],
    ['bench/main.ts', 'src/domain/computer.ts'],
    ['src/jamf/create.ts', 'src/jamf/resources/redeploy.ts'],
    ['src/jamf/resources/groups.ts', 'src/jamf/resources/redeploy.ts'],
    ['src/api/routes/control.ts', 'src/jamf/resources/redeploy.ts'],
    ['src/api/server/mount-routes.ts', 'src/jamf/resources/redeploy.ts'],
    ['workers/wiring/wiring.ts', 'src/jamf/resources/redeploy.ts'],
    ['workers/wiring/wiring.ts', 'src/application/redistribution/request/whole-scope.ts'],
    ['src/webhooks/webhooks.ts', 'src/application/redistribution/request/whole-scope.ts'],
  ])('refuses in %s an import of %s', async (file, imported) => {
    expect(await refusedImports(file, [imported])).toEqual([imported]);
  });

  it('lets the console import types only', async () => {
    const rule = '@typescript-eslint/no-restricted-imports';
    const modules = ['src/contract/problem.ts', 'src/domain/renewal.ts', 'src/api/http/cookies.ts'];
    expect(await refusedImports('console/src/main.tsx', modules, rule)).toEqual(modules);
  });

  it('refuses an import cycle', async () => {
    // src/domain/forecast/cells.ts imports src/domain/assess.ts.
    const text = "import './forecast/cells.js';\n";
    expect(await rulesBroken('src/domain/assess.ts', text)).toContain('import-x/no-cycle');
  });

  it('refuses a function of more than 80 lines', async () => {
    const functionOf = (lines: number) =>
      `export function long(): void {\n${'  void 0;\n'.repeat(lines - 2)}}\n`;
    expect(await rulesBroken(LAYERS.adapters, functionOf(81))).toContain('max-lines-per-function');
    expect(await rulesBroken(LAYERS.adapters, functionOf(80))).not.toContain('max-lines-per-function');
  });

  it.each([
    ['an object literal', 'export const key = { ...{ a: 1 }, b: 2 };\n'],
    ['an array literal', 'export const key = [...[1, 2], 3];\n'],
  ])('refuses the spread of %s', async (_what, text) => {
    expect(await rulesBroken(LAYERS.adapters, text)).toContain('no-restricted-syntax');
  });

  it('refuses a promise that is not awaited: here it is a lost job', async () => {
    const text = 'export function forget(): void {\n  Promise.resolve();\n}\n';
    expect(await rulesBroken(LAYERS.adapters, text)).toContain('@typescript-eslint/no-floating-promises');
  });

  it('refuses any', async () => {
    const text = 'export const key: any = 1;\n';
    expect(await rulesBroken(LAYERS.adapters, text)).toContain('@typescript-eslint/no-explicit-any');
  });

  it('accepts a clean text', async () => {
    const text =
      "import type { Computer } from '../../domain/computer.js';\n\nexport const copy = (mac: Computer): Computer => ({ ...mac });\n";
    expect(await messagesAbout(LAYERS.adapters, text)).toEqual([]);
  });
});
