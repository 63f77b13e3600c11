import { Link } from 'wouter';
import classes from './shares.module.css';
import type { Tone } from './states.js';

/** A part of a whole. */
export interface Share {
  key: string;
  label: string;
  meaning: string;
  tone: Tone;
  count: number;
  /** Where its members are listed; `null` where nobody lists them. */
  to: string | null;
}

/** The parts of a whole: the share of each as a bar, the numbers below, which lead to the members. */
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
                <Said share={share} />
              </span>
            ) : (
              <Link href={share.to} className={`${classes.number} ${classes.link}`} title={share.meaning}>
                <Said share={share} />
              </Link>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Said({ share: { tone, count, label } }: { share: Share }) {
  return (
    <>
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <span className={classes.count}>{count.toLocaleString()}</span>
      <span className={classes.label}>{label}</span>
    </>
  );
}
