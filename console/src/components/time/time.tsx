import { useClock } from './clock.js';
import { compactly, dayOf, exactly, relative, SHORT } from './instants.js';
import { useTimes } from './time-setting.js';

/**
 * Shows a time, relative or exact depending on the setting of the page. The tooltip shows the exact time.
 * `otherwise` is shown if there is no time.
 */
export function Time({ at, otherwise = '–' }: { at: number | null | undefined; otherwise?: string }) {
  const exact = useTimes() === 'exact';
  const text = useClock((now) => {
    if (typeof at !== 'number') return otherwise;
    return exact ? compactly(at, now) : relative(at, now);
  });
  if (typeof at !== 'number') return <span>{text}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {text}
    </time>
  );
}

/** Shows the time of the next check. A time in the past is shown as “in a moment”, because the check is about to run. */
export function Next({ at }: { at: number }) {
  const soon = useClock((now) => at <= now + SHORT);
  return soon ? <span>in a moment</span> : <Time at={at} />;
}

/** Shows the date of a time. The tooltip shows the exact time. */
export function Day({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {dayOf(at)}
    </time>
  );
}
