import classes from './progress.module.css';

/** Progress bar. `share` is from 0 to 1; `says` is the text above the bar and its name for screen readers. */
export function Progress({ share, says }: { share: number; says: string }) {
  const percent = Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <div className={classes.progress}>
      <span className={classes.says}>{says}</span>
      <div
        role="progressbar"
        aria-label={says}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className={classes.bar}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}
