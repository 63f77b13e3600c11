import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

/** Prints the summary line of CI: the counts of `npm test` plus one for the demo, whose exit code is the first argument. */
const demoPassed = process.argv[2] === '0';
const { passed, failed } = counted();
process.stdout.write(`${passed + (demoPassed ? 1 : 0)} passed, ${failed + (demoPassed ? 0 : 1)} failed\n`);

/** @returns {{ passed: number, failed: number }} */
function counted() {
  try {
    return JSON.parse(readFileSync(join(ROOT, '.recert', 'test-count.json'), 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
}
