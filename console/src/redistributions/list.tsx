import { Link } from 'wouter';
import type { RedistributionSummary } from '../api/answers.js';
import { StatePill } from '../components/status/pill.js';
import { blockLabel } from '../components/status/states.js';
import table from '../components/layout/table.module.css';
import { Time } from '../components/time/time.js';
import { Track } from '../components/charts/track.js';

/** Table of redistributions with Mac, state, progress, time and reason. */
export function RedistributionTable({
  redistributions,
}: {
  redistributions: readonly RedistributionSummary[];
}) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Mac</th>
          <th scope="col">State</th>
          <th scope="col" className={table.wide}>
            Progress
          </th>
          <th scope="col">Since</th>
          <th scope="col" className={table.wide}>
            Reason
          </th>
        </tr>
      </thead>
      <tbody>
        {redistributions.map((one) => (
          <tr key={one.id}>
            <td>
              <Link href={`/redistributions/${one.id}`} className={table.main} title={one.computer.name}>
                {one.computer.name || one.computer.serialNumber || `Mac ${one.computer.id}`}
              </Link>
              <span className={table.soft}>
                <span className={table.mono}>{one.computer.serialNumber}</span>{' '}
                <span className={table.second}>{one.computer.username}</span>
              </span>
            </td>
            <td>
              <StatePill state={one.state} />
              {one.blocked && (
                <div className={`${table.soft} ${table.label}`}>{blockLabel[one.blocked.reason]}</div>
              )}
            </td>
            <td className={table.wide}>
              <Track state={one.state} />
            </td>
            <td className={table.nowrap}>
              <Time at={one.since} />
            </td>
            <td className={`${table.wide} ${table.clip}`} title={causeOf(one)}>
              {causeOf(one)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Returns why the redistribution was opened, as text. */
export function causeOf({ cause }: Pick<RedistributionSummary, 'cause'>): string {
  return cause.kind === 'due' ? 'Certificate due' : `${cause.by}: ${cause.reason}`;
}
