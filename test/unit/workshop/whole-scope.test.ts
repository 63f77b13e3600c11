import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DANGEROUS = 'src/jamf/redeploy.ts';

/** Every import and re-export that is more than a type: `import type` leaves nothing to run, one for its effects alone does. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)(?!\s+type\b)(?:[^;'"]*?from)?\s*'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap(([, one, other]) => {
    const path = relative(ROOT, resolve(ROOT, dirname(file), (one ?? other ?? '').replace(/\.js$/, '.ts')));
    return existsSync(join(ROOT, path)) ? [path] : [];
  });
}

/** Everything that a module brings with it. */
function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const file of reached) for (const imported of importsOf(file)) reached.add(imported);
  return reached;
}

const sources = ['src', 'workers']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((name) => name.endsWith('.ts'));

describe('redistributing a whole scope', () => {
  it('is reached by no import from the worker process, whatever it imports', () => {
    const reached = reachedFrom('workers/main.ts');
    // The walk follows what there is: the client of Jamf and the steps of redistributions are among it.
    expect(reached.has('src/jamf/create.ts')).toBe(true);
    expect(reached.has('src/domain/redistribution/step.ts')).toBe(true);
    expect(reached.size).toBeGreaterThan(100);
    expect([...reached].filter((file) => file.includes('redeploy') || file.includes('whole-scope'))).toEqual(
      [],
    );
  });

  it.each(['src/webhooks/create.ts', 'src/queues/producers.ts', 'src/webhooks/replay.ts'])(
    'is reached by nothing that %s starts',
    (entry) => {
      expect([...reachedFrom(entry)]).not.toContain(DANGEROUS);
    },
  );

  it('has one way to it: the route for administrators', () => {
    const importers = (file: string) => sources.filter((one) => importsOf(one).includes(file));
    expect(importers(DANGEROUS)).toEqual(['src/api/whole-scope.ts']);
    expect(importers('src/api/whole-scope.ts')).toEqual(['src/api/routes/whole-scope.ts']);
    expect(importers('src/api/routes/whole-scope.ts')).toEqual(['src/api/routes.ts']);
  });

  it('is written nowhere else', () => {
    const mentioning = sources.filter((file) =>
      readFileSync(join(ROOT, file), 'utf8').includes('redeploy_on_update:'),
    );
    expect(mentioning).toEqual([DANGEROUS]);
  });
});
