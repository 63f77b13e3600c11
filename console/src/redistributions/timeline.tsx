import type { Transition } from '../api/answers.js';
import { exactly, sentenceOf } from '../parts/instants.js';
import { StatePill } from '../parts/pill.js';
import { Time } from '../parts/time.js';
import classes from './timeline.module.css';

/** Every change of state with what was seen, newest first. */
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
          <p className={classes.why}>{sentenceOf(why)}</p>
          <Evidence evidence={evidence} />
        </li>
      ))}
    </ol>
  );
}

function Evidence({ evidence }: { evidence: Transition['evidence'] }) {
  const seen = Object.entries(evidence).filter(([, value]) => value !== null && value !== '');
  if (seen.length === 0) return null;
  return (
    <dl className={classes.evidence}>
      {seen.map(([name, value]) => (
        <div key={name}>
          <dt>{words(name)}</dt>
          <dd>{shown(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Our instants are named `…At`. */
function shown(name: string, value: Transition['evidence'][string]): string {
  if (typeof value === 'number' && name.endsWith('At')) return exactly(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** `serialNumber` is read as `serial number`. */
function words(name: string): string {
  return name.replace(/At$/u, '').replace(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}
