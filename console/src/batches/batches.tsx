import { Link } from 'wouter';
import type { Batch } from '../api/answers.js';
import { useBatches } from '../api/batches.js';
import { Card } from '../components/layout/card.js';
import { More } from '../components/layout/more.js';
import { Progress } from '../components/feedback/progress.js';
import table from '../components/layout/table.module.css';
import { Time } from '../components/time/time.js';
import { macs } from '../redistribute/in-words.js';
import classes from './batches.module.css';
import { inWords } from './state.js';

/** Card with the batches, newest first. Renders nothing if there is no batch. */
export function Batches({ instance }: { instance: string }) {
  const query = useBatches(instance);
  const batches = query.data?.pages.flatMap((page) => page.batches) ?? [];
  if (batches.length === 0) return null;
  return (
    <div className={classes.above}>
      <Card title="Batches" flush>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Batch</th>
              <th scope="col">Progress</th>
              <th scope="col" className={table.wide}>
                Requested
              </th>
            </tr>
          </thead>
          <tbody>
            {batches.map((batch) => (
              <Row key={batch.id} batch={batch} />
            ))}
          </tbody>
        </table>
        <More query={query} />
      </Card>
    </div>
  );
}

function Row({ batch }: { batch: Batch }) {
  const { id, by, reason, at, total, refused, ended } = batch;
  return (
    <tr>
      <td className={table.word}>
        <Link href={`/redistributions/batches/${id}`} className={table.main}>
          {reason}
        </Link>
        <span className={table.soft}>
          {by}, {macs(total)}
        </span>
      </td>
      <td>
        <Progress share={(ended + refused) / Math.max(1, total)} says={inWords(batch)} />
      </td>
      <td className={`${table.wide} ${table.nowrap}`}>
        <Time at={at} />
      </td>
    </tr>
  );
}
