import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Every import and re-export that runs code. `import type` is excluded; an import without names is included. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)(?!\s+type\b)(?:[^;'"]*?from)?\s*'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;

/** The modules that a module imports. `lazy`: also those that it imports later, with `import()`. */
export function importsOf(file: string, { lazy } = { lazy: true }): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap(([, named, later]) => {
    const imported = named ?? (lazy ? later : undefined);
    if (imported === undefined) return [];
    const path = relative(ROOT, resolve(ROOT, dirname(file), imported.replace(/\.js$/, '.ts')));
    return existsSync(join(ROOT, path)) ? [path] : [];
  });
}

/** A module and everything that it loads. */
export function reachedFrom(entry: string, { lazy } = { lazy: true }): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const file of reached) for (const imported of importsOf(file, { lazy })) reached.add(imported);
  return reached;
}
