import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holds } from '../../../prove/figure.js';
import { openFaultStage, proveFaults } from '../../../prove/redistribute/faults.js';
import { SMALL_FAULTS } from '../../../prove/redistribute/options.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

test(
  'every due Mac is renewed by two workers, by hardly more than one certificate, while each kind of fault strikes and processes are killed',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recert-prove-'));
    const stage = await openFaultStage(SMALL_FAULTS, folder);
    onTestFinished(async () => {
      await stage.close();
      await rm(folder, { recursive: true, force: true });
    });
    const figures = await proveFaults(stage, SMALL_FAULTS);
    expect(figures.filter((figure) => !holds(figure))).toEqual([]);
    expect(figures.filter(({ name }) => name.startsWith('fault: ')).length).toBeGreaterThan(35);
  },
  LONG_TEST_MS,
);
