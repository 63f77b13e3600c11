import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const DEPLOY = new URL('../../deploy/', import.meta.url);

/** Path of a file below the folder `deploy`. */
export const deployed = (path: string): string => fileURLToPath(new URL(path, DEPLOY));

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string(),
  labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const rulesFile = z.object({ groups: z.array(z.object({ rules: z.array(rule) })) });

/** The alert rules that are shipped. */
export function alertRules() {
  const text = readFileSync(deployed('prometheus/recert.rules.yml'), 'utf8');
  return rulesFile.parse(parse(text)).groups.flatMap(({ rules }) => rules);
}

/** The names of the metrics of Recert in a query. */
export function metricsIn(query: string): readonly string[] {
  return [...new Set(query.match(/\brecert_[a-z_]+/gu) ?? [])];
}

/** The names of all time series that a scrape can return, also of those without samples. */
export function seriesIn(scraped: string): ReadonlySet<string> {
  const types = [...scraped.matchAll(/^# TYPE (\S+) (\S+)$/gmu)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => `${name}${suffix}`) : [name],
    ),
  );
}

const dashboard = z.object({
  title: z.string(),
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

/** A query of a dashboard, with values in place of the variables of Grafana. */
export interface PanelQuery {
  panel: string;
  query: string;
}

/** The queries of the shipped Grafana dashboards. */
export function dashboardQueries(): readonly PanelQuery[] {
  return ['operations', 'capacity'].flatMap((name) => {
    const text = readFileSync(deployed(`grafana/dashboards/${name}.json`), 'utf8');
    const { title, panels } = dashboard.parse(JSON.parse(text));
    return panels.flatMap((panel) =>
      panel.targets.map(({ expr }) => ({
        panel: `${title} / ${panel.title}`,
        query: expr.replaceAll('$server', '.*').replaceAll('$__rate_interval', '1m'),
      })),
    );
  });
}
