import { expect, onTestFinished, test } from 'vitest';
import { proveCheckIns } from '../../../prove/checkins.js';
import { holds } from '../../../prove/figure.js';
import { proveFleet } from '../../../prove/fleet.js';
import { fleetPlan, SMALL } from '../../../prove/options.js';
import { openFleetEnvironment } from '../../../prove/environment.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

test(
  'a small fleet is assessed from a cold start although a worker is killed; its check-ins need few requests, and due Macs are detected',
  async () => {
    const environment = await openFleetEnvironment(fleetPlan(SMALL));
    onTestFinished(() => environment.close());
    const figures = [...(await proveFleet(environment, SMALL)), ...(await proveCheckIns(environment, SMALL))];
    // `npm run prove:fleet` measures times and rates. Here other tests share the machine.
    const counts = figures.filter(({ unit }) => unit !== 's' && unit !== '/s');
    expect(counts.filter((figure) => !holds(figure))).toEqual([]);
    expect(figures.length).toBeGreaterThan(10);
  },
  LONG_TEST_MS,
);
