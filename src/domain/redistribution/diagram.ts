import { type State, STATES } from './record.js';
import { TRANSITIONS } from './transitions.js';

/**
 * Final states, in which nothing more is sent for the redistribution. The record is closed later: after the
 * cleanup, or when the settle time (in which the Mac keeps both profiles) has passed. A failure of the
 * Redistribute Profile setting stays open.
 */
const ENDS: readonly State[] = ['verified', 'needs-human', 'cancelled'];

/** Returns the states and transitions as a mermaid diagram, generated from `TRANSITIONS`. */
export function stateDiagram(): string {
  const ways = STATES.flatMap((from) =>
    TRANSITIONS[from].map(({ to, when }) => `  ${nameOf(from)} --> ${nameOf(to)} : ${when}`),
  );
  return [
    'stateDiagram-v2',
    ...STATES.filter((state) => nameOf(state) !== state).map(
      (state) => `  state "${state}" as ${nameOf(state)}`,
    ),
    `  [*] --> ${STATES[0]} : renewal window reached or requested manually`,
    ...ways,
    ...ENDS.map((state) => `  ${nameOf(state)} --> [*]`),
  ].join('\n');
}

/** Returns the name of a state without hyphens, which mermaid would parse as part of an arrow. */
function nameOf(state: State): string {
  return state.replaceAll('-', '_');
}
