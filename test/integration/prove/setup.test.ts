import { expect, onTestFinished, test } from 'vitest';
import { holds } from '../../../prove/figure.js';
import { openSetupEnvironment } from '../../../prove/setup/environment.js';
import { proveSetup, SMALL_SETUP } from '../../../prove/setup/setup.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

test(
  'every command of the set-up page works, from an empty folder to a proven renewal with one profile and to overlap',
  async () => {
    const environment = await openSetupEnvironment(SMALL_SETUP);
    onTestFinished(() => environment.close());
    const figures = await proveSetup(environment);
    // `npm run prove:setup` measures times. Here other tests share the machine.
    expect(figures.filter((figure) => figure.unit !== 's' && !holds(figure))).toEqual([]);
    expect(figures.length).toBeGreaterThan(5);
  },
  LONG_TEST_MS,
);
