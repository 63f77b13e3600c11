import Table from 'cli-table3';

/** One measured figure and what it must be. */
export interface Figure {
  name: string;
  value: number;
  /** At most this; `null` for a figure that is only told. */
  most: number | null;
  /** At least this, where that matters. */
  least?: number;
  unit?: string;
  /** What was counted, for a look when the figure misses. */
  who?: readonly string[];
}

/** Whether a figure is as it must be. A value that could not be measured is not. */
export function holds({ value, most, least }: Figure): boolean {
  return (
    Number.isFinite(value) && (most === null || value <= most) && (least === undefined || value >= least)
  );
}

/** The figures for a terminal; below them who is meant where one misses. */
export function tableOf(figures: readonly Figure[]): string {
  const table = new Table({ head: ['', 'figure', 'measured', 'must be'], style: { head: [], border: [] } });
  for (const figure of figures)
    table.push([holds(figure) ? '✓' : '✗', figure.name, said(figure), wanted(figure)]);
  const missed = figures.filter((figure) => !holds(figure) && figure.who && figure.who.length > 0);
  return [table.toString(), ...missed.map(({ name, who = [] }) => `${name}: ${who.join(', ')}`)].join('\n');
}

function said({ value, unit = '' }: Figure): string {
  return `${value.toLocaleString('en', { maximumFractionDigits: 4 })} ${unit}`.trimEnd();
}

function wanted({ most, least }: Figure): string {
  const show = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 4 });
  return [
    ...(least === undefined ? [] : [`≥ ${show(least)}`]),
    ...(most === null ? [] : [`≤ ${show(most)}`]),
  ].join(', ');
}
