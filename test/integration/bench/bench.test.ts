import { expect, it } from 'vitest';
import { programWords } from '../../../harness/child.mjs';
import { report } from '../../../bench/report.js';
import { NAMES, runBench } from '../../../bench/run.js';

it('runs a small benchmark: every server responds, and Redis contains every webhook that the receiver accepted', async () => {
  const result = await runBench({
    rounds: 1,
    turnMs: 200,
    connections: 8,
    latency: { perSecond: 200, turnMs: 400, rounds: 1 },
    endurance: { perSecond: 300, forMs: 1_000 },
    receiver: programWords('src/main'),
  });
  expect(result.throughput.map(({ name }) => name)).toEqual(Object.values(NAMES));
  for (const { name, accepted, failed } of [...result.throughput, ...result.latency]) {
    expect(failed, name).toBe(0);
    expect(accepted, name).toBeGreaterThan(0);
  }
  expect(result.latency.map(({ accepted }) => accepted)).toEqual([80, 80, 80, 80]);
  expect(result.endurance).toMatchObject({ sent: 300, accepted: 300, failed: 0, logged: 300, distinct: 300 });
  expect(Object.values(result.ratios).every((ratio) => ratio > 0 && Number.isFinite(ratio))).toBe(true);
  const output = report(result);
  for (const name of Object.values(NAMES)) expect(output).toContain(name);
  expect(output).toContain('300 sent, 300 answered 202, 300 in the event log, 300 distinct');
});
