import type { State } from '../../../../src/domain/redistribution/record.js';
import { stateLook } from '../status/states.js';
import classes from './track.module.css';

/** The states of a successful redistribution, in order. */
const STEPS = ['due', 'eligible', 'triggered', 'pushed', 'verifying', 'verified'] as const satisfies State[];

/**
 * Index in `STEPS` of the step that a redistribution has reached, by its state. For a state that is not a step, it
 * is the step from which a redistribution usually enters the state.
 */
const REACHED: Record<State, number> = {
  due: 0,
  eligible: 1,
  blocked: 1,
  excluded: 2,
  including: 2,
  triggered: 2,
  pushed: 3,
  verifying: 4,
  retry: 3,
  'needs-human': 4,
  verified: 5,
  cancelled: 0,
};

/**
 * Shows the progress of a redistribution as six strokes, for a list. Hidden from screen readers, because the label
 * next to it shows the state as text.
 */
export function Track({ state }: { state: State }) {
  const { tone } = stateLook[state];
  return (
    <span className={classes.track} aria-hidden>
      {STEPS.map((step, index) => (
        <span key={step} className={classes.stroke} data-tone={index <= REACHED[state] ? tone : undefined} />
      ))}
    </span>
  );
}

/**
 * Shows the progress of a redistribution as named steps, for its page. `passed` contains all states in which the
 * redistribution has been.
 */
export function Steps({ state, passed }: { state: State; passed: ReadonlySet<State> }) {
  const beside = !STEPS.some((step) => step === state);
  const reached = beside
    ? Math.max(0, ...STEPS.map((step, index) => (passed.has(step) ? index : 0)))
    : REACHED[state];
  return (
    <ol className={classes.steps} aria-label="Progress">
      {STEPS.map((step, index) => {
        const look = stateLook[step];
        const current = !beside && step === state;
        const tone =
          index < reached || (current && step === 'verified')
            ? 'good'
            : index === reached
              ? stateLook[state].tone
              : undefined;
        return (
          <li
            key={step}
            className={classes.step}
            data-reached={index <= reached}
            aria-current={current ? 'step' : undefined}
            title={look.meaning}
          >
            <span className={classes.bar} data-tone={tone} aria-hidden />
            <span className={classes.word}>{look.label}</span>
          </li>
        );
      })}
    </ol>
  );
}
