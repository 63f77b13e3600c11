import { useClock } from './clock.js';
import { compactly, dayOf, exactly, relative, SHORT } from './instants.js';
import { useTimes } from './times.js';

/** An instant as distance from now or exact, as the reader has it, and exact on hover; a dash when it is not known. */
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

/** When something is looked at next: what should have happened already happens in a moment. */
export function Next({ at }: { at: number }) {
  const soon = useClock((now) => at <= now + SHORT);
  return soon ? <span>in a moment</span> : <Time at={at} />;
}

/** The day of an instant, exact on hover. */
export function Day({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {dayOf(at)}
    </time>
  );
}
