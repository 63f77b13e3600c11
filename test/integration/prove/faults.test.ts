import { expect, onTestFinished, test } from 'vitest';
import { holds } from '../../../prove/figure.js';
import { openFaultEnvironment, proveFaults } from '../../../prove/redistribute/faults.js';
import { SMALL_FAULTS } from '../../../prove/redistribute/options.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

test(
  'two workers renew every due Mac, with hardly more than one certificate each, while all kinds of faults occur and processes are killed',
  async () => {
    const environment = await openFaultEnvironment(SMALL_FAULTS);
    onTestFinished(() => environment.close());
    const figures = await proveFaults(environment, SMALL_FAULTS);
    expect(figures.filter((figure) => !holds(figure))).toEqual([]);
    expect(figures.filter(({ name }) => name.startsWith('fault: ')).length).toBeGreaterThan(35);
  },
  LONG_TEST_MS,
);
