import type { YearFigures } from '../../simulation/measures.js';

const COLORS = ['#d9480f', '#7048e8', '#0c8599', '#868e96', '#2b8a3e', '#1971c2'] as const;
const WIDTH = 960;
const LEFT = 70;
const RIGHT = 20;
const CHART = 170;

type Line = Pick<YearFigures, 'policy' | 'days' | 'daily'>;

/**
 * Draws two SVG charts with one color per policy: Macs without a valid certificate per day, and issued
 * certificates per week.
 */
export function drawYear(years: readonly Line[], title: string): string {
  const weeks = years.map(({ policy, daily }) => ({ policy, values: inWeeks(daily.issued) }));
  const without = years.map(({ policy, daily }) => ({ policy, values: daily.without }));
  const height = 60 + 2 * (CHART + 60) + 22 * years.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="28" font-size="17" font-weight="600">${escaped(title)}</text>`,
    chart(without, 60, 'Macs without a valid certificate per day'),
    chart(weeks, 60 + CHART + 60, 'Issued certificates per week'),
    ...years.map(({ policy }, index) => {
      const y = 60 + 2 * (CHART + 60) + 22 * index;
      return `<rect x="${LEFT}" y="${y - 10}" width="14" height="4" fill="${colorOf(index)}"/><text x="${LEFT + 22}" y="${y - 3}">${escaped(policy)}</text>`;
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** Draws a chart with a logarithmic scale, because the values of different policies differ by more than a factor of ten. */
function chart(lines: readonly { values: readonly number[] }[], top: number, title: string): string {
  const most = Math.max(10, ...lines.flatMap(({ values }) => values));
  const decades = Math.ceil(Math.log10(most));
  const y = (value: number) => top + 20 + CHART - (CHART * Math.log10(Math.max(value, 1))) / decades;
  const x = (index: number, count: number) =>
    LEFT + ((WIDTH - LEFT - RIGHT) * index) / Math.max(count - 1, 1);
  const grid = Array.from({ length: decades + 1 }, (_, decade) => {
    const at = y(10 ** decade).toFixed(1);
    const label = decade === 0 ? '≤ 1' : (10 ** decade).toLocaleString('en');
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#e9ecef"/><text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle" fill="#495057">${label}</text>`;
  });
  const paths = lines.map(({ values }, index) => {
    const points = values.map((value, at) => `${x(at, values.length).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colorOf(index)}" stroke-width="1.8"/>`;
  });
  return [
    `<text x="${LEFT}" y="${top + 6}" font-weight="600">${escaped(title)}</text>`,
    ...grid,
    ...paths,
  ].join('\n');
}

function inWeeks(days: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(days.length / 7) }, (_, week) =>
    days.slice(week * 7, week * 7 + 7).reduce((sum, count) => sum + count, 0),
  );
}

function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? '#000';
}

function escaped(text: string): string {
  return text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;');
}
