import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPrometheus } from './prometheus.mjs';
import { findRedisServer } from './redis.mjs';
import { orExplain, ROOT, setUp, TYPESCRIPT } from './setup.mjs';

const CACHE = join(ROOT, '.recert');
const BIN = join(ROOT, 'node_modules', '.bin');

/** The caches compare the contents of files, because a check-out changes the modification times of unchanged files. */
const cached = (/** @type {string} */ name) => [
  '--cache',
  '--cache-location',
  join(CACHE, name),
  '--cache-strategy',
  'content',
];

/**
 * Checks in addition to the tests. The checks run in parallel, and each counts as one test. Lint takes as long as
 * all other checks together.
 */
const CHECKS = [
  { name: 'lint', command: [join(BIN, 'eslint'), '.', '--max-warnings', '0', ...cached('eslint')] },
  { name: 'types', command: [process.execPath, TYPESCRIPT, '-p', 'tsconfig.json'] },
  { name: 'console types', command: [process.execPath, TYPESCRIPT, '-p', 'console/tsconfig.json'] },
  {
    name: 'format',
    command: [join(BIN, 'prettier'), '--check', '--log-level', 'warn', '.', ...cached('prettier')],
  },
  { name: 'unused code', command: [join(BIN, 'knip')] },
];

const RESULTS = join(CACHE, 'test-results.json');

/** `npm test`: prepares the clone, runs all checks, then all tests. The last line of the output has the counts. */
async function test() {
  setUp({ build: true });
  mkdirSync(CACHE, { recursive: true });
  rmSync(RESULTS, { force: true });
  // Redis is installed before the tests. Otherwise several test files would try to install it at the same time.
  findRedisServer();
  try {
    findPrometheus();
  } catch (error) {
    // Only the tests of alerts and metrics need Prometheus. They fail with the same instructions.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  const checks = await Promise.all(CHECKS.map(check));
  await run([
    join(BIN, 'vitest'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${RESULTS}`,
  ]);
  const { numPassedTests, numFailedTests, numFailedTestSuites } = results();
  const passed = numPassedTests + checks.filter(Boolean).length;
  const failed =
    Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) + checks.filter((check) => !check).length;
  writeFileSync(join(CACHE, 'test-count.json'), JSON.stringify({ passed, failed }));
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;
}

/**
 * @param {{ name: string, command: string[] }} check
 * @returns {Promise<boolean>} whether the check passed
 */
async function check({ name, command }) {
  const startedAt = performance.now();
  const passed = await run(command);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stdout.write(`${passed ? '✓' : '✗'} ${name} (${seconds} s)\n`);
  return passed;
}

/**
 * Runs a program with inherited stdio.
 * @param {string[]} command
 * @returns {Promise<boolean>} whether its exit code is 0
 */
function run([program = '', ...words]) {
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
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
