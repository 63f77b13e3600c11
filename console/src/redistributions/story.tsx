import { Link } from 'wouter';
import type { RedistributionDetail } from '../api/answers.js';
import { Card } from '../components/layout/card.js';
import { exactly } from '../components/time/instants.js';
import { StatePill } from '../components/status/pill.js';
import { Time } from '../components/time/time.js';
import { Steps } from '../components/charts/track.js';
import { Cancel } from './cancel.js';
import { causeOf } from './list.js';
import { Proof } from './proof.js';
import classes from './story.module.css';
import { Timeline } from './timeline.js';
import { WhatNext } from './what-next.js';

/**
 * Shows one redistribution: progress, what happens next, verification and timeline. With `brief`, shows a link
 * instead of the timeline. The page of a Mac uses `brief`, because its list of activity has the same entries.
 */
export function Story({
  redistribution,
  title,
  brief = false,
}: {
  redistribution: RedistributionDetail;
  title: string;
  brief?: boolean;
}) {
  const { id, state, history, openedAt, proof, before, cause } = redistribution;
  return (
    <Card
      title={title}
      aside={
        <span title={exactly(openedAt)}>
          opened <Time at={openedAt} />
        </span>
      }
    >
      <div className={classes.story}>
        <div className={classes.head}>
          <StatePill state={state} />
          <span className={classes.cause}>
            {causeOf(redistribution)}
            {cause.kind === 'manual' && cause.batch !== undefined && (
              <>
                {' '}
                <Link href={`/redistributions/batches/${cause.batch}`}>Part of a batch</Link>
              </>
            )}
          </span>
          <span className={classes.act}>
            <Cancel redistribution={redistribution} />
          </span>
        </div>
        <Steps state={state} passed={new Set(history.map(({ to }) => to))} />
        <WhatNext redistribution={redistribution} />
        {proof && <Proof before={before} proof={proof} />}
        {brief ? (
          <Link href={`/redistributions/${id}`} className={classes.link}>
            View full timeline
          </Link>
        ) : (
          <Timeline history={history} />
        )}
      </div>
    </Card>
  );
}
