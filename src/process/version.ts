import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * Reads the version of Recert from package.json, next to the source or to the build. Returns `unknown` if there is
 * no such file.
 */
export function readVersion(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  if (!file) return 'unknown';
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
