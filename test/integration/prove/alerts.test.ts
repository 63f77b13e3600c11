import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAlertEnvironment, proveAlerts } from '../../../prove/alerts/alerts.js';
import { holds } from '../../../prove/figure.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

test(
  'Prometheus scrapes receiver and worker; alerts fire and resolve; every query of the dashboards is valid',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recert-alerts-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const environment = await openAlertEnvironment(folder);
    onTestFinished(() => environment.close());
    const figures = await proveAlerts(environment, { small: true });
    expect(figures.filter((figure) => !holds(figure))).toEqual([]);
    expect(figures.map(({ name }) => name)).toContain('RecertPaused resolves after');
  },
  LONG_TEST_MS,
);
