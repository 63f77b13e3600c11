import { useClock } from '../time/clock.js';
import { relative } from '../time/instants.js';
import classes from './lifeline.module.css';
import { Day } from '../time/time.js';

/**
 * Shows the validity of a certificate as a line: issue date, renewal window, expiry and the current time. If the
 * issue date is unknown, the part of the line before the renewal window is as long as the renewal window.
 */
export function Lifeline({
  issuedAt,
  dueAt,
  expiresAt,
}: {
  issuedAt: number | null;
  dueAt: number | null;
  expiresAt: number;
}) {
  const from = issuedAt ?? 2 * (dueAt ?? expiresAt) - expiresAt - 1;
  const place = (at: number) =>
    Math.min(100, Math.max(0, (100 * (at - from)) / Math.max(1, expiresAt - from)));
  // The position is rounded to 0.1 %, which is finer than the screen shows. Without rounding, the line would be
  // rendered every second.
  const here = useClock((now) => Math.round(place(now) * 10) / 10);
  const left = useClock((now) => relative(expiresAt, now));
  const past = useClock((now) => now >= expiresAt);
  const late = useClock((now) => dueAt !== null && now >= dueAt);
  const tone = past ? 'bad' : late ? 'soon' : 'good';
  const windowFrom = dueAt === null ? 100 : place(dueAt);
  return (
    <div className={classes.lifeline}>
      <div className={classes.line} aria-hidden>
        <span className={classes.window} style={{ left: `${windowFrom}%` }} />
        <span className={classes.lived} data-tone={tone} style={{ width: `${here}%` }} />
        <span className={classes.here} data-tone={tone} style={{ left: `${here}%` }} />
      </div>
      <dl className={classes.days}>
        <div>
          <dt>Issued</dt>
          <dd>{issuedAt === null ? 'unknown' : <Day at={issuedAt} />}</dd>
        </div>
        {dueAt !== null && (
          <div>
            <dt>Renewal due</dt>
            <dd>
              <Day at={dueAt} />
            </dd>
          </div>
        )}
        <div>
          <dt>{past ? 'Expired' : 'Expires'}</dt>
          <dd>
            <Day at={expiresAt} /> <span className={classes.left}>({left})</span>
          </dd>
        </div>
      </dl>
    </div>
  );
}
