import { type State, STATES } from './record.js';
import { TRANSITIONS } from './transitions.js';

/** Final states. The record closes after cleanup or the settle time; a failure of Jamf Pro's own setting stays open. */
const ENDS: readonly State[] = ['verified', 'needs-human', 'cancelled'];

/** The states and transitions as a mermaid diagram, generated from `TRANSITIONS`. */
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

/** State name without hyphens, which mermaid parses as part of an arrow. */
function nameOf(state: State): string {
  return state.replaceAll('-', '_');
}
