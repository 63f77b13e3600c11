import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRedisServer } from './redis.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** Checks besides the tests; each counts as one test. Two sequences of similar duration that run in parallel. */
const CHECKS = [
  [{ name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] }],
  [
    { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
    { name: 'console types', command: ['tsc', '-p', 'console/tsconfig.json'] },
    { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
    { name: 'unused code', command: ['knip'] },
  ],
];

const RESULTS = join(ROOT, '.recert', 'test-results.json');

/** `npm test`: prepares the clone, runs all checks, then all tests. The last line of the output has the counts. */
async function test() {
  setUp({ build: true });
  mkdirSync(join(ROOT, '.recert'), { recursive: true });
  rmSync(RESULTS, { force: true });
  // Install Redis before the tests: otherwise several test files would try to install it at the same time.
  findRedisServer();
  const checks = (await Promise.all(CHECKS.map(runInSequence))).flat();
  await run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`]);
  const { numPassedTests, numFailedTests, numFailedTestSuites } = results();
  const passed = numPassedTests + checks.filter(Boolean).length;
  const failed =
    Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) + checks.filter((check) => !check).length;
  writeFileSync(join(ROOT, '.recert', 'test-count.json'), JSON.stringify({ passed, failed }));
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;
}

/**
 * @param {{ name: string, command: string[] }[]} checks
 * @returns {Promise<boolean[]>} whether each check passed
 */
async function runInSequence(checks) {
  const results = [];
  for (const { name, command } of checks) {
    const passed = await run(command);
    process.stdout.write(`${passed ? '✓' : '✗'} ${name}\n`);
    results.push(passed);
  }
  return results;
}

/**
 * Runs a tool from node_modules with inherited stdio.
 * @param {string[]} command
 * @returns {Promise<boolean>} whether its exit code is 0
 */
function run([tool = '', ...words]) {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules', '.bin', tool), words, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

/** @returns {{ numPassedTests: number, numFailedTests: number, numFailedTestSuites: number }} */
function results() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numFailedTestSuites: 0 };
  }
}

await orExplain(test);
