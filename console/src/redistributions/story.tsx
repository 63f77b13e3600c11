import type { RedistributionDetail } from '../api/answers.js';
import { Card } from '../parts/card.js';
import { exactly } from '../parts/instants.js';
import { StatePill } from '../parts/pill.js';
import { Time } from '../parts/time.js';
import { Steps } from '../parts/track.js';
import { Cancel } from './cancel.js';
import { causeOf } from './list.js';
import { Proof } from './proof.js';
import classes from './story.module.css';
import { Timeline } from './timeline.js';
import { WhatNext } from './what-next.js';

/** One redistribution from its opening to where it is: progress, what comes next, the proof, the timeline. */
export function Story({ redistribution, title }: { redistribution: RedistributionDetail; title: string }) {
  const { state, history, openedAt, proof, before } = redistribution;
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
          <span className={classes.cause}>{causeOf(redistribution)}</span>
          <span className={classes.act}>
            <Cancel redistribution={redistribution} />
          </span>
        </div>
        <Steps state={state} passed={new Set(history.map(({ to }) => to))} />
        <WhatNext redistribution={redistribution} />
        {proof && <Proof before={before} proof={proof} />}
        <Timeline history={history} />
      </div>
    </Card>
  );
}
