import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRedisServer } from './redis.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** What must hold besides the tests, each counted as one: in two rows that run side by side and take about as long. */
const GATES = [
  [{ name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] }],
  [
    { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
    { name: 'console types', command: ['tsc', '-p', 'console/tsconfig.json'] },
    { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
    { name: 'unused code', command: ['knip'] },
  ],
];

const RESULTS = join(ROOT, '.recert', 'test-results.json');

/** `npm test`: the whole truth. Sets up, runs the gates, then every test; the last line counts. */
async function test() {
  setUp({ build: true });
  mkdirSync(join(ROOT, '.recert'), { recursive: true });
  rmSync(RESULTS, { force: true });
  // Once for all: the files of the tests would install it at the same time, and be in each other's way.
  findRedisServer();
  const gates = (await Promise.all(GATES.map(inTurn))).flat();
  await run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`]);
  const { numPassedTests, numFailedTests, numFailedTestSuites } = results();
  const passed = numPassedTests + gates.filter(Boolean).length;
  const failed =
    Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) + gates.filter((gate) => !gate).length;
  writeFileSync(join(ROOT, '.recert', 'test-count.json'), JSON.stringify({ passed, failed }));
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && numPassedTests > 0 ? 0 : 1;
}

/**
 * @param {{ name: string, command: string[] }[]} gates
 * @returns {Promise<boolean[]>} which of them hold
 */
async function inTurn(gates) {
  const held = [];
  for (const { name, command } of gates) {
    const passed = await run(command);
    process.stdout.write(`${passed ? '✓' : '✗'} ${name}\n`);
    held.push(passed);
  }
  return held;
}

/**
 * Runs a tool of node_modules with our terminal.
 * @param {string[]} command
 * @returns {Promise<boolean>} whether it ended with 0
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
