import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, reachedFrom, ROOT } from './imports.js';

/** The call of Jamf Pro, its use case, and the route. */
const CALL = 'src/jamf/resources/redeploy.ts';
const USE_CASE = 'src/application/redistribution/request/whole-scope.ts';
const ROUTE = 'src/api/routes/whole-scope.ts';
/** This store contains who last redistributed a whole scope, and when. It cannot redistribute, so every process may open it. */
const STORE = 'src/store/batches/whole-scope.ts';

const sources = ['src', 'workers']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((name) => name.endsWith('.ts'))
  .toSorted();
const importersOf = (file: string) => sources.filter((source) => importsOf(source).includes(file));

describe('the redistribution of a whole scope', () => {
  it('is not reachable from the worker process', () => {
    const reached = reachedFrom('workers/main.ts');
    // The search is complete: it contains the Jamf Pro client and the steps of redistributions.
    expect(reached.has('src/jamf/create.ts')).toBe(true);
    expect(reached.has('src/domain/redistribution/step.ts')).toBe(true);
    expect(reached.size).toBeGreaterThan(100);
    expect([...reached].filter((file) => /redeploy|whole-scope/.test(file))).toEqual([STORE]);
  });

  it.each(['src/webhooks/webhooks.ts', 'src/webhooks/admission/replay.ts', 'src/queues/producers.ts'])(
    'is not reachable from %s',
    (entry) => {
      const reached = reachedFrom(entry);
      expect(reached.has(CALL)).toBe(false);
      expect(reached.has(USE_CASE)).toBe(false);
    },
  );

  it('is reachable through the route for administrators only', () => {
    expect(importersOf(CALL)).toEqual(['src/api/server/api.ts']);
    expect(importersOf(USE_CASE)).toEqual([ROUTE]);
    expect(importersOf(ROUTE)).toEqual(['src/api/server/routes.ts']);
  });

  it('is named as a type by the ports', () => {
    const naming = sources.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('redeploy.js'));
    expect(naming).toEqual(['src/api/server/api.ts', 'src/application/ports.ts']);
  });

  it('is implemented in one file', () => {
    const writing = sources.filter((file) =>
      readFileSync(join(ROOT, file), 'utf8').includes('redeploy_on_update:'),
    );
    expect(writing).toEqual([CALL]);
  });

  it('has a store that contains only who did it and when', () => {
    expect(importsOf(STORE)).toEqual(['src/json/stored.ts']);
    expect(importersOf(STORE)).toEqual(['src/store/open-stores.ts']);
  });
});
