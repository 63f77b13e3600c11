import { mkdirSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { leaveFirstCore } from './pinning.js';
import { report } from './report.js';
import { runBench } from './run.js';

/**
 * `npm run bench`: how fast the way in is, beside what anybody can measure for himself, in one run.
 *
 * Compared are Node's own HTTP server that parses the JSON (the floor), bare Express 5 with `express.json()`, and the receiver of the
 * build as it runs in production: authentication, recognition, dedupe, last contact, hint, event log, a spool that is ready, Redis
 * with its append-only file. Absolute figures belong to a machine and its mood; the ratios hold, since the contestants take turns.
 * docs/performance.md says what was found and how to read it.
 *
 * The load comes from this process (load.ts, over connections that do next to nothing), each server is a process of its own on a core
 * of its own where the system can do that, and Redis is private. Throughput is measured in a closed loop, latency in an open one.
 * CPU time for a webhook stands beside it: on a busy machine it says more than the clock does.
 */
const FILE = '.recert/bench.json';

const wholeNumber = (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number above 0');
  return number;
};

const { rounds, turn, endurance, connections } = new Command('npm run bench --')
  .description('Compares the receiver with bare Express 5 and with Node alone, in one run.')
  .option('--rounds <n>', 'rounds in which each takes a turn', wholeNumber, 5)
  .option('--turn <seconds>', 'length of a turn', wholeNumber, 3)
  .option('--endurance <seconds>', 'length of the steady load at the end', wholeNumber, 30)
  .option('--connections <n>', 'connections at the same time', wholeNumber, 64)
  .parse()
  .opts<{ rounds: number; turn: number; endurance: number; connections: number }>();

leaveFirstCore();
const result = await runBench({
  rounds,
  turnMs: turn * 1_000,
  connections,
  latency: { perSecond: 1_000, turnMs: turn * 1_000, rounds },
  endurance: { perSecond: 5_000, forMs: endurance * 1_000 },
  receiver: ['dist/src/main.js'],
});
mkdirSync('.recert', { recursive: true });
writeFileSync(FILE, `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${report(result)}\nas JSON: ${FILE}\n`);
