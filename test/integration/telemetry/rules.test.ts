import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { alertRules, deployed } from '../../../prove/alerts/deployed.js';
import { promtool } from './promtool.js';

const RUNBOOK = fileURLToPath(new URL('../../../docs/runbook.md', import.meta.url));

const tests = z
  .object({
    tests: z.array(
      z.object({
        name: z.string(),
        alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
      }),
    ),
  })
  .parse(parse(readFileSync(deployed('prometheus/recert.tests.yml'), 'utf8')))
  .tests.flatMap(({ alert_rule_test: tested }) => tested);

const inhibitions = z
  .object({
    inhibit_rules: z.array(
      z.object({ source_matchers: z.array(z.string()), target_matchers: z.array(z.string()) }),
    ),
  })
  .parse(parse(readFileSync(deployed('alertmanager/alertmanager.yml'), 'utf8'))).inhibit_rules;

describe('the alert rules', () => {
  it.each([
    ['check', 'config', deployed('prometheus/prometheus.yml')],
    ['test', 'rules', deployed('prometheus/recert.tests.yml')],
  ])('pass promtool %s %s', async (...words) => {
    const { code, output } = await promtool(words);
    expect(output).toContain('SUCCESS');
    expect(code, output).toBe(0);
  });

  it.each(alertRules())(
    '$alert has a test that fires, one that does not, and a section of the runbook',
    (rule) => {
      const own = tests.filter(({ alertname }) => alertname === rule.alert);
      expect(own.map(({ exp_alerts: expected }) => expected.length)).toEqual([1, 0]);
      expect(rule.annotations.runbook_url).toBe(`docs/runbook.md#${rule.alert.toLowerCase()}`);
      const [, section = ''] = readFileSync(RUNBOOK, 'utf8').split(`\n### ${rule.alert}\n`);
      for (const part of ['**See**: `', '**Do**: ', '**Wake someone**: '])
        expect(section.split('\n### ')[0]).toContain(part);
    },
  );

  it('are the only alerts that Alertmanager inhibits', () => {
    const named = inhibitions.flatMap(({ source_matchers: source, target_matchers: target }) =>
      [...source, ...target].join(' ').match(/\bRecert\w+/gu),
    );
    const known = new Set(alertRules().map(({ alert }) => alert));
    expect(named.filter((name) => name !== null && !known.has(name))).toEqual([]);
  });
});
