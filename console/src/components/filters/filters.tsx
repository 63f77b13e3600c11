import classes from './filters.module.css';
import type { Look } from '../status/states.js';

/** Row of buttons that select one state or all states. The page stores the selection in its address. */
export function Filters<State extends string>({
  label,
  states,
  looks,
  chosen,
  counts,
  choose,
}: {
  label: string;
  states: readonly State[];
  looks: Readonly<Record<State, Look>>;
  chosen: State | null;
  counts?: Readonly<Record<State, number>> | undefined;
  choose: (state: State | null) => void;
}) {
  return (
    <div className={classes.filters} role="group" aria-label={label}>
      <button
        type="button"
        className={classes.filter}
        aria-pressed={chosen === null}
        onClick={() => choose(null)}
      >
        All
      </button>
      {states.map((state) => (
        <button
          key={state}
          type="button"
          className={classes.filter}
          aria-pressed={chosen === state}
          title={looks[state].meaning}
          onClick={() => choose(chosen === state ? null : state)}
        >
          <span className={classes.dot} data-tone={looks[state].tone} aria-hidden />
          {looks[state].label}
          {counts && <span className={classes.count}>{counts[state].toLocaleString()}</span>}
        </button>
      ))}
    </div>
  );
}
