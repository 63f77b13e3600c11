import { Link } from 'wouter';
import classes from './shares.module.css';
import type { Tone } from '../status/states.js';

/** One part of a total, such as the Macs in one state. */
export interface Share {
  key: string;
  label: string;
  meaning: string;
  tone: Tone;
  count: number;
  /** Link to the list of the members of this part; `null` if there is no list. */
  to: string | null;
}

/** Shows the parts of a total as a bar, and their counts as links to the lists of members. */
export function Shares({ shares }: { shares: readonly Share[] }) {
  return (
    <>
      <div className={classes.bar} aria-hidden>
        {shares.map(({ key, label, tone, count }) =>
          count === 0 ? null : (
            <span key={key} data-tone={tone} style={{ flexGrow: count }} title={`${label}: ${count}`} />
          ),
        )}
      </div>
      <ul className={classes.numbers}>
        {shares.map((share) => (
          <li key={share.key}>
            {share.to === null ? (
              <span className={classes.number} title={share.meaning}>
                <ShareLabel share={share} />
              </span>
            ) : (
              <Link href={share.to} className={`${classes.number} ${classes.link}`} title={share.meaning}>
                <ShareLabel share={share} />
              </Link>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function ShareLabel({ share: { tone, count, label } }: { share: Share }) {
  return (
    <>
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <span className={classes.count}>{count.toLocaleString()}</span>
      <span className={classes.label}>{label}</span>
    </>
  );
}
