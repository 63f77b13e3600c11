import { env } from 'node:process';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from './fixtures.js';
import {
  FAILURES,
  JOB_STATES,
  MEANWHILE,
  type Meanwhile,
  DEVICE_EVENTS,
  type Operation,
  OPERATOR_ACTIONS,
} from './operations.js';

/**
 * Runs the same histories each time, so that the result is reproducible. `FC_RUNS=5000` generates others, and prints the seed of a failure.
 */
export function runOptions(numRuns: number): { numRuns: number; seed?: number } {
  return env['FC_RUNS'] === undefined ? { numRuns, seed: 1 } : { numRuns: Number(env['FC_RUNS']) };
}

const somewhere = fc.integer({ min: 1, max: 60 });
const maybe = fc.option(somewhere, { nil: null, freq: 2 });
const fate = fc.record({ killAt: maybe, hangAt: fc.constant(null), seed: fc.nat() });
const hanging = fc.record({ killAt: maybe, hangAt: somewhere, seed: fc.nat() });

const passing = fc.constantFrom(1, MINUTE, 16 * MINUTE, HOUR, 2 * HOUR, DAY, 3 * DAY, 9 * DAY);
const skewing = fc.integer({ min: -9 * MINUTE, max: 9 * MINUTE });

/** Generates one of all operations, except those in `without`. */
export function anyOperation({
  meanwhile = MEANWHILE,
  without = [],
}: { meanwhile?: readonly Meanwhile[]; without?: readonly string[] } = {}): fc.Arbitrary<Operation> {
  const people = OPERATOR_ACTIONS.filter((op) => !without.includes(op));
  const disasters = FAILURES.filter((op) => !without.includes(op));
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ op: fc.constant('turn' as const), fate, report: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ op: fc.constant('run' as const), fate }) },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('run twice' as const),
        first: hanging,
        second: fate,
        behind: fc.nat({ max: 300 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constant('run frozen' as const),
        at: somewhere,
        meanwhile: fc.constantFrom(...meanwhile),
        job: fc.constantFrom(...JOB_STATES),
      }),
    },
    { weight: 5, arbitrary: fc.record({ op: fc.constantFrom(...DEVICE_EVENTS) }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: passing }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constantFrom(...people) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constantFrom(...disasters) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('skew' as const), ms: skewing }) },
  );
}
