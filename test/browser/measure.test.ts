import { expect, onTestFinished, test } from 'vitest';
import { proveLists } from '../../prove/console/lists.js';
import { provePage } from '../../prove/console/page.js';
import { openConsoleEnvironment, SMALL_CONSOLE } from '../../prove/console/environment.js';
import { holds } from '../../prove/figure.js';

test('the measurements of the console run on a small fleet: lists, typing, memory, a large selection', async () => {
  const environment = await openConsoleEnvironment(SMALL_CONSOLE);
  onTestFinished(() => environment.close());
  const figures = [
    ...(await proveLists(environment, SMALL_CONSOLE)),
    ...(await provePage(environment, SMALL_CONSOLE)),
  ];
  // Times are not checked, because other tests share the machine: `npm run prove:console` checks them.
  const missed = figures.filter((figure) => figure.unit !== 'ms' && !holds(figure));
  expect(missed).toEqual([]);
  expect(figures.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
  expect(figures.length).toBeGreaterThan(25);
});
