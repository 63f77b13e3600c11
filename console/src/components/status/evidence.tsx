import type { Transition } from '../../api/answers.js';
import classes from './evidence.module.css';
import { exactly } from '../time/instants.js';

/** Shows the evidence for a change of state: serial numbers, times, command IDs. */
export function Evidence({ evidence }: { evidence: Transition['evidence'] }) {
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

/** Formats a value for display. Fields whose name ends in `At` are times in epoch milliseconds. */
function shown(name: string, value: Transition['evidence'][string]): string {
  if (typeof value === 'number' && name.endsWith('At')) return exactly(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** Converts the name of a field to words: `serialNumber` becomes `serial number`. */
function words(name: string): string {
  return name.replace(/At$/u, '').replace(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}
