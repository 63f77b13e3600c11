import type { ForecastDay } from '../../api/answers.js';
import { dayOf } from '../../components/time/instants.js';
import classes from './chart.module.css';
import { niceTop } from './scale.js';

const WEEK = 7;
/**
 * If the capacity exceeds the highest bar by more than this factor, its line is drawn at the top with a note, so
 * the bars stay readable.
 */
const FAR_ABOVE = 2.5;

/**
 * Bar chart with one bar per day, and the capacity as a line. It is drawn with HTML elements, without a chart
 * library. For screen readers, it is one image with a summary; the table below has the same data.
 */
export function Chart({
  days,
  perDay,
  point,
}: {
  days: readonly ForecastDay[];
  perDay: number;
  point: (index: number | null) => void;
}) {
  const most = Math.max(1, ...days.map(({ planned, expiring }) => Math.max(planned, expiring)));
  const far = perDay > most * FAR_ABOVE;
  const top = niceTop(far ? most : Math.max(most, perDay));
  const share = (count: number) => `${Math.min(100, (100 * count) / top)}%`;
  return (
    <div className={classes.chart} role="img" aria-label={summaryOf(days)}>
      <div className={classes.plot} onPointerLeave={() => point(null)}>
        <span className={classes.scale} data-at="top">
          {top.toLocaleString()}
        </span>
        <span className={classes.scale} data-at="middle">
          {(top / 2).toLocaleString()}
        </span>
        <span className={classes.capacity} data-far={far} style={{ bottom: far ? '100%' : share(perDay) }}>
          <span>
            {far ? `capacity ${Math.floor(perDay).toLocaleString()} a day, far above ↑` : 'capacity'}
          </span>
        </span>
        {days.map((day, index) => (
          <span
            key={day.at}
            className={classes.day}
            data-late={day.late + day.lapsing > 0}
            onPointerEnter={() => point(index)}
          >
            <span className={classes.expiring} style={{ height: share(day.expiring) }} />
            <span className={classes.planned} style={{ height: share(day.planned) }} />
          </span>
        ))}
      </div>
      <div className={classes.axis}>
        {days.map((day, index) => (
          <span key={day.at}>
            {index % WEEK === 0 && <span>{index === 0 ? 'today' : shortDay(day.at)}</span>}
          </span>
        ))}
      </div>
    </div>
  );
}

const monthDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

function shortDay(at: number): string {
  return monthDay.format(at);
}

function summaryOf(days: readonly ForecastDay[]): string {
  const sum = (name: 'planned' | 'expiring') =>
    days.reduce((all, day) => all + day[name], 0).toLocaleString();
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return 'No forecast';
  return `From ${dayOf(first.at)} to ${dayOf(last.at)}: ${sum('planned')} planned renewals, ${sum('expiring')} certificates would expire. See the table for daily figures.`;
}
