import { Link } from 'wouter';
import type { InstanceOverview, State } from '../api/answers.js';
import type { Tone } from '../parts/states.js';
import classes from './flow.module.css';

interface Tile {
  label: string;
  count: number;
  tone: Tone;
  state: State;
  meaning: string;
}

/** What is under way, from due to proven. */
export function Flow({ redistributions }: { redistributions: InstanceOverview['redistributions'] }) {
  const { byState, due, inFlight, blocked, failed, verified } = redistributions;
  const tiles: Tile[] = [
    {
      label: 'Waiting',
      count: due,
      tone: 'soon',
      state: byState.eligible > 0 ? 'eligible' : 'due',
      meaning: 'due, its turn has not come',
    },
    {
      label: 'In flight',
      count: inFlight,
      tone: 'move',
      state: firstOf(byState, ['verifying', 'pushed', 'triggered', 'including', 'excluded']),
      meaning: 'sent, not yet proven',
    },
    {
      label: 'Blocked',
      count: blocked,
      tone: 'held',
      state: 'blocked',
      meaning: 'goes on by itself when it can',
    },
    {
      label: 'Failed',
      count: failed,
      tone: 'bad',
      state: firstOf(byState, ['needs-human', 'retry']),
      meaning: 'tries again, or needs a person',
    },
    { label: 'Verified', count: verified, tone: 'good', state: 'verified', meaning: 'new certificate seen' },
  ];
  return (
    <ul className={classes.tiles} aria-label="Redistributions">
      {tiles.map(({ label, count, tone, state, meaning }) => (
        <li key={label}>
          <Link
            href={`/redistributions?state=${state}`}
            className={classes.tile}
            data-tone={count === 0 ? undefined : tone}
          >
            <span className={classes.count}>{count.toLocaleString()}</span>
            <span className={classes.label}>{label}</span>
            <span className={classes.meaning}>{meaning}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** A list shows one state: the first of these that has any. */
function firstOf(byState: Readonly<Record<State, number>>, states: readonly [State, ...State[]]): State {
  return states.find((state) => byState[state] > 0) ?? states[0];
}
