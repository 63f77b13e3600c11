import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** Version of Recert, from the package.json above this file, be it source or build. */
export function readVersion(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  if (!file) return 'unknown';
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
