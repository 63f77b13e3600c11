import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holds } from '../../../prove/figure.js';
import { proveFleet } from '../../../prove/fleet.js';
import { SMALL } from '../../../prove/options.js';
import { openStage } from '../../../prove/stage.js';

test('a small fleet is assessed from a cold start as a large one is, though the worker that reads is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recert-prove-'));
  const stage = await openStage(SMALL, folder);
  onTestFinished(async () => {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });
  const figures = await proveFleet(stage, SMALL);
  expect(figures.filter((figure) => !holds(figure))).toEqual([]);
  expect(figures.length).toBeGreaterThan(5);
}, 120_000);
