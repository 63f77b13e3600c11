import Table from 'cli-table3';
import type { Result } from './run.js';
import type { Spread } from './statistics.js';

/** The result as text for a terminal: tables of medians with ranges, then each goal with the measured ratio. */
export function report({ machine, plan, throughput, latency, endurance, ratios }: Result): string {
  return [
    `Node ${machine.node} on ${machine.model}, ${machine.cores} cores, load average ${machine.loadAverage.toFixed(1)} before the start; ${machine.pinned ? 'server on the first core, load generator on the others, Redis not bound' : 'processes not bound to cores'}`,
    `${plan.rounds} rounds, ${plan.connections} connections; medians (minimum to maximum)`,
    table(
      ['maximum throughput', 'per second', 'server µs each', 'Redis µs each', 'p99 ms', 'not 202'],
      throughput.map(({ name, perSecond, serverUs, redisUs, p99Ms, failed }) => [
        name,
        spread(perSecond, 0),
        spread(serverUs, 1),
        spread(redisUs, 1),
        spread(p99Ms, 1),
        String(failed),
      ]),
    ),
    table(
      [`at ${plan.latency.perSecond} per second`, 'p50 ms', 'p99 ms', 'not 202'],
      latency.map(({ name, p50Ms, p99Ms, failed }) => [
        name,
        spread(p50Ms, 2),
        spread(p99Ms, 2),
        String(failed),
      ]),
    ),
    `Recert at ${endurance.perSecond} per second for ${(endurance.tookMs / 1_000).toFixed(0)} s: ${endurance.sent} sent, ${endurance.accepted} answered 202, ${endurance.logged} in the event log, ${endurance.distinct} distinct; p99 ${endurance.p99Ms.toFixed(1)} ms; memory ${endurance.rssMb.middle.toFixed(0)} MB in the middle, ${endurance.rssMb.last.toFixed(0)} MB at the end`,
    table(
      ['goal', 'minimum', 'target', 'measured', 'by CPU time'],
      [
        ['JSON × bare Express', '2.5', '3', ratios.jsonToExpress, ratios.jsonToExpressByCpu],
        ['JSON × floor', '0.4', '0.5', ratios.jsonToFloor, ratios.jsonToFloorByCpu],
        ['XML × bare Express', '1', '', ratios.xmlToExpress, ''],
        [`p99 at ${plan.latency.perSecond}/s × bare Express (maximum)`, '2', '', ratios.p99ToExpress, ''],
      ].map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell))),
    ),
  ].join('\n');
}

function spread({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function table(head: string[], rows: string[][]): string {
  const output = new Table({ head, style: { head: [], border: [] } });
  output.push(...rows);
  return output.toString();
}
