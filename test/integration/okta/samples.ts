import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Reads a sample response of Okta. */
export function readSample(name: string): unknown {
  const path = resolve(import.meta.dirname, `../../../../shared/okta/samples/${name}.example.json`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
