import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Ends a test that hangs. No test depends on it: the suite must have the same result on a slow machine. */
const WATCHDOG_MS = 5 * 60_000;

/** Below it, so that the error of a failed poll is reported. */
const POLLING = { poll: { timeout: 4 * 60_000 } };

/** Tests that live through the life of a fleet: up to minutes. Begun last, they would run while the other core has nothing left to do. */
const LONG = /\/test\/(?:integration\/(?:main-job|redistribute|prove)|unit\/workers\/redistribute)\//;

/** The long ones of a project first, the rest as vitest has it. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return (await super.sort(files)).sort(
      (one, other) => order(one) - order(other) || Number(isLong(other)) - Number(isLong(one)),
    );
  }
}

/**
 * The projects run one after the other, cheapest first, so that errors show early.
 *
 * The files of the unit tests share their modules (`isolate: false`): loading them again for each file costs more CPU time than the tests.
 * Integration tests have connections that may outlast a file.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    coverage: {
      include: ['{src,workers}/**/*.ts'],
      reporter: ['json-summary'],
      reportsDirectory: '.recert/coverage',
      reportOnFailure: true,
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          isolate: false,
          testTimeout: WATCHDOG_MS,
          hookTimeout: WATCHDOG_MS,
          expect: POLLING,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: WATCHDOG_MS,
          hookTimeout: WATCHDOG_MS,
          expect: POLLING,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: WATCHDOG_MS,
          hookTimeout: WATCHDOG_MS,
          expect: POLLING,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
