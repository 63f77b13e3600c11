import { useClock } from './clock.js';
import { compactly, dayOf, exactly, relative, SHORT } from './instants.js';
import { useTimes } from './time-setting.js';

/** A time, relative or exact depending on the setting of the page, exact in the tooltip. `otherwise`: the text without a time. */
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

/** Time of the next check. A time in the past shows as “in a moment”: the check is about to run. */
export function Next({ at }: { at: number }) {
  const soon = useClock((now) => at <= now + SHORT);
  return soon ? <span>in a moment</span> : <Time at={at} />;
}

/** The date of a time, exact in the tooltip. */
export function Day({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {dayOf(at)}
    </time>
  );
}
