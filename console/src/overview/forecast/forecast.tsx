import { useState } from 'react';
import type { ForecastAnswer, ForecastDay } from '../../api/answers.js';
import { useForecast } from '../../api/queries.js';
import { Card } from '../../components/layout/card.js';
import { Failure } from '../../components/feedback/failure.js';
import { Loading } from '../../components/feedback/loading.js';
import { dayOf } from '../../components/time/instants.js';
import table from '../../components/layout/table.module.css';
import { Chart } from './chart.js';
import classes from './forecast.module.css';

const DAYS = 60;

/**
 * Shows the forecast for one profile: expiring certificates and planned renewals per day, compared with the
 * capacity that the limits allow.
 */
export function ForecastCard({
  instance,
  profile,
  several,
}: {
  instance: string;
  profile: string;
  several: boolean;
}) {
  const query = useForecast(instance, profile, DAYS);
  const title = several ? `Forecast (${profile})` : 'Forecast';
  if (query.isPending)
    return (
      <Card title={title} aside={`the next ${DAYS} days`}>
        <Loading height={196} />
      </Card>
    );
  if (query.isLoadingError)
    return (
      <Card title={title}>
        <Failure error={query.error} again={() => void query.refetch()} />
      </Card>
    );
  return <LoadedForecast title={title} forecast={query.data} />;
}

function LoadedForecast({ title, forecast }: { title: string; forecast: ForecastAnswer }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const { days, sentence, shortAt, capacity } = forecast;
  const day = pointed === null ? undefined : days[pointed];
  return (
    <Card title={title} aside={day ? inWords(day) : `the next ${days.length} days`}>
      <p className={classes.sentence} data-short={shortAt !== null}>
        {sentence}
      </p>
      <Chart days={days} perDay={capacity.perDay} point={setPointed} />
      <ul className={classes.legend} aria-hidden>
        <li>
          <span className={classes.planned} /> planned renewals
        </li>
        <li>
          <span className={classes.expiring} /> certificates that expire if nothing is done
        </li>
        <li>
          <span className={classes.capacity} /> capacity, {Math.floor(capacity.perDay).toLocaleString()} a day
        </li>
      </ul>
      <details className={classes.numbers}>
        <summary>Show table</summary>
        <div className={classes.scroll} tabIndex={0} role="region" aria-label="Forecast by day">
          <DayTable days={days} />
        </div>
      </details>
    </Card>
  );
}

function DayTable({ days }: { days: readonly ForecastDay[] }) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          {['Day', 'Expiring', 'Due', 'Planned', 'Waiting', 'Late'].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.at}>
            <td className={table.nowrap}>{dayOf(day.at)}</td>
            {[day.expiring, day.due, day.planned, day.waiting, day.late + day.lapsing].map((count, index) => (
              <td key={index}>{count.toLocaleString()}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function inWords({ at, planned, expiring, waiting, late, lapsing }: ForecastDay): string {
  const parts = [
    `${planned.toLocaleString()} planned`,
    `${expiring.toLocaleString()} would expire`,
    ...(waiting > 0 ? [`${waiting.toLocaleString()} waiting for capacity`] : []),
    ...(late + lapsing > 0 ? [`${(late + lapsing).toLocaleString()} too late`] : []),
  ];
  return `${dayOf(at)}: ${parts.join(', ')}`;
}
