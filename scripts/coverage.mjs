import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { orExplain, ROOT, setUp } from './setup.mjs';

/**
 * Tests that start receivers, workers or the command line as processes. The coverage does not include these
 * processes.
 */
const WITH_PROCESSES = [
  'test/integration/{bench,main-job,prove,workers,workshop}/**',
  'test/integration/**/process.test.ts',
  'test/integration/redistribute/{bad-ca,mechanisms,native,redis-lost,simulator}.test.ts',
  'test/integration/webhooks/spool.test.ts',
];

const LEAST_PERCENT = 80;

/** `npm run coverage`: runs the tests without processes, prints the coverage and each file below 80 %; exit code 1 if a test fails. */
await orExplain(() => {
  setUp({ build: true });
  const projects = ['unit', 'integration'].flatMap((name) => ['--project', name]);
  const excluded = WITH_PROCESSES.flatMap((glob) => ['--exclude', glob]);
  const { status } = spawnSync(
    join(ROOT, 'node_modules', '.bin', 'vitest'),
    ['run', '--coverage', ...projects, ...excluded],
    { cwd: ROOT, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
  /** @type {Record<string, Record<'lines' | 'branches', { pct: number, covered: number, total: number }>>} */
  const summary = JSON.parse(
    readFileSync(join(ROOT, '.recert', 'coverage', 'coverage-summary.json'), 'utf8'),
  );
  const { total, ...files } = summary;
  for (const kind of /** @type {const} */ (['lines', 'branches'])) {
    const all = total?.[kind];
    process.stdout.write(`${kind}: ${all?.pct} % (${all?.covered} of ${all?.total})\n`);
  }
  const low = Object.entries(files)
    .filter(([, { lines, branches }]) => Math.min(lines.pct, branches.pct) < LEAST_PERCENT)
    .sort(([, one], [, other]) => one.lines.pct - other.lines.pct);
  process.stdout.write(`\n${low.length} of ${Object.keys(files).length} files below ${LEAST_PERCENT} %:\n`);
  for (const [file, { lines, branches }] of low)
    process.stdout.write(`${relative(ROOT, file)}: lines ${lines.pct} %, branches ${branches.pct} %\n`);
});
