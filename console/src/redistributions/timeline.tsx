import type { Transition } from '../api/answers.js';
import { Evidence } from '../components/status/evidence.js';
import { sentenceOf } from '../components/time/instants.js';
import { StatePill } from '../components/status/pill.js';
import { Sentence } from '../components/status/sentence.js';
import { Time } from '../components/time/time.js';
import classes from './timeline.module.css';

/** Shows all changes of state with their evidence, newest first. */
export function Timeline({ history }: { history: readonly Transition[] }) {
  const newestFirst = history.map((transition, index) => ({ transition, index })).reverse();
  return (
    <ol className={classes.timeline} aria-label="Timeline" reversed>
      {newestFirst.map(({ transition: { at, to, why, evidence }, index }) => (
        <li key={index} className={classes.event}>
          <div className={classes.head}>
            <StatePill state={to} />
            <span className={classes.when}>
              <Time at={at} />
            </span>
          </div>
          <p className={classes.why}>
            <Sentence text={sentenceOf(why)} />
          </p>
          <Evidence evidence={evidence} />
        </li>
      ))}
    </ol>
  );
}
