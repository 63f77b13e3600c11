import { useClock } from './clock.js';
import { dayOf, exactly, relative } from './instants.js';

/** An instant as distance from now, exact on hover; a dash when it is not known. */
export function Time({ at, otherwise = '–' }: { at: number | null | undefined; otherwise?: string }) {
  const text = useClock((now) => (typeof at === 'number' ? relative(at, now) : otherwise));
  if (typeof at !== 'number') return <span>{text}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {text}
    </time>
  );
}

/** The day of an instant, exact on hover. */
export function Day({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactly(at)}>
      {dayOf(at)}
    </time>
  );
}
