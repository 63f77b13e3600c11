import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { proveLists } from '../../prove/console/lists.js';
import { provePage } from '../../prove/console/page.js';
import { openConsole, SMALL_CONSOLE } from '../../prove/console/place.js';
import { holds } from '../../prove/figure.js';

test('the measurements of the console run on a small fleet: lists, typing, memory, a large selection', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recert-prove-'));
  const place = await openConsole(SMALL_CONSOLE, folder);
  onTestFinished(async () => {
    await place.close();
    await rm(folder, { recursive: true, force: true });
  });
  const figures = [...(await proveLists(place, SMALL_CONSOLE)), ...(await provePage(place, SMALL_CONSOLE))];
  // Times are not checked, because other tests share the machine: `npm run prove:console` checks them.
  const missed = figures.filter((figure) => figure.unit !== 'ms' && !holds(figure));
  expect(missed).toEqual([]);
  expect(figures.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
  expect(figures.length).toBeGreaterThan(25);
});
