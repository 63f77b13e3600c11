import { type State, STATES } from './record.js';
import { TRANSITIONS } from './transitions.js';

/** Ends of a redistribution: after cleaning up, or after the settle time, it is closed. */
const ENDS: readonly State[] = STATES.filter((state) => TRANSITIONS[state].length === 0);

/** The states and their transitions as a mermaid diagram, made from the table that the code obeys. */
export function stateDiagram(): string {
  const ways = STATES.flatMap((from) =>
    TRANSITIONS[from].map(({ to, when }) => `  ${nameOf(from)} --> ${nameOf(to)} : ${when}`),
  );
  return [
    'stateDiagram-v2',
    ...STATES.filter((state) => nameOf(state) !== state).map(
      (state) => `  state "${state}" as ${nameOf(state)}`,
    ),
    `  [*] --> ${STATES[0]} : inside the window or a person asks`,
    ...ways,
    ...ENDS.map((state) => `  ${nameOf(state)} --> [*]`),
  ].join('\n');
}

/** Mermaid reads a hyphen as part of an arrow. */
function nameOf(state: State): string {
  return state.replaceAll('-', '_');
}
