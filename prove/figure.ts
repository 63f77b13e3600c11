import Table from 'cli-table3';

/** A measured figure with its limits. */
export interface Figure {
  name: string;
  value: number;
  /** Maximum; `null` for a figure without one. */
  most: number | null;
  /** Minimum, if there is one. */
  least?: number;
  unit?: string;
  /** The counted items, printed when the figure misses its limit. */
  who?: readonly string[];
}

/** Whether a figure is within its limits. A value that could not be measured (NaN, Infinity) is outside of them. */
export function holds({ value, most, least }: Figure): boolean {
  return (
    Number.isFinite(value) && (most === null || value <= most) && (least === undefined || value >= least)
  );
}

/** A figure that must be 0, with the affected Macs. */
export function none(name: string, who: readonly (number | string)[]): Figure {
  return { name, value: who.length, most: 0, who: who.map((id) => `Mac ${id}`) };
}

/** The figures as a table for a terminal, followed by the counted items of each figure that misses its limit. */
export function tableOf(figures: readonly Figure[]): string {
  const table = new Table({ head: ['', 'figure', 'measured', 'limit'], style: { head: [], border: [] } });
  for (const figure of figures)
    table.push([holds(figure) ? '✓' : '✗', figure.name, formatValue(figure), formatLimits(figure)]);
  const missed = figures.filter((figure) => !holds(figure) && figure.who && figure.who.length > 0);
  return [table.toString(), ...missed.map(({ name, who = [] }) => `${name}: ${who.join(', ')}`)].join('\n');
}

function formatValue({ value, unit = '' }: Figure): string {
  return `${value.toLocaleString('en', { maximumFractionDigits: 4 })} ${unit}`.trimEnd();
}

function formatLimits({ most, least }: Figure): string {
  const show = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 4 });
  return [
    ...(least === undefined ? [] : [`≥ ${show(least)}`]),
    ...(most === null ? [] : [`≤ ${show(most)}`]),
  ].join(', ');
}
