import { mkdirSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { leaveFirstCore } from './pinning.js';
import { report } from './report.js';
import { runBench } from './run.js';

/**
 * `npm run bench`: compares the webhook receiver with simple reference servers in one run.
 *
 * The servers are the HTTP server of Node.js that parses JSON (the floor), bare Express 5 with `express.json()`, and the built receiver
 * with its production features: authentication, event recognition, deduplication, last contact, hint, event log, spool, and Redis with
 * its append-only file. Compare the ratios: absolute figures depend on the machine and its load. See docs/performance.md.
 *
 * This process generates the load. Each server is a separate process, bound to the first core where the system supports it. Throughput
 * is measured in a closed loop, latency in an open loop. CPU time per webhook is also reported: other processes affect it less than
 * elapsed time.
 */
const FILE = '.recert/bench.json';

const wholeNumber = (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
};

const { rounds, turn, endurance, connections } = new Command('npm run bench --')
  .description('Compares the receiver with bare Express 5 and with the HTTP server of Node.js, in one run.')
  .option('--rounds <n>', 'number of rounds; each server has one turn per round', wholeNumber, 5)
  .option('--turn <seconds>', 'duration of a turn in seconds', wholeNumber, 3)
  .option('--endurance <seconds>', 'duration of the constant load at the end in seconds', wholeNumber, 30)
  .option('--connections <n>', 'number of concurrent connections', wholeNumber, 64)
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
process.stdout.write(`${report(result)}\nResults as JSON: ${FILE}\n`);
