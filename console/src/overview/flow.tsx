import { Link } from 'wouter';
import type { InstanceOverview, State } from '../api/answers.js';
import type { Tone } from '../components/status/states.js';
import classes from './flow.module.css';

interface Tile {
  label: string;
  count: number;
  tone: Tone;
  to: string;
  meaning: string;
}

/** Shows the number of redistributions in each phase, from due to verified, as links to the lists. */
export function Flow({ instance: { redistributions, profiles } }: { instance: InstanceOverview }) {
  const { byState, due, inFlight, blocked, failed, verified } = redistributions;
  const expired = profiles.reduce((sum, { states }) => sum + states.expired, 0);
  const profileWithExpired = profiles.find(({ states }) => states.expired > 0)?.name;
  const inState = (state: State) => `/redistributions?state=${state}`;
  const tiles: Tile[] = [
    {
      label: 'Waiting',
      count: due,
      tone: 'soon',
      to: inState(byState.eligible > 0 ? 'eligible' : 'due'),
      meaning: 'due, in the queue',
    },
    {
      label: 'In progress',
      count: inFlight,
      tone: 'move',
      to: inState(firstOf(byState, ['verifying', 'pushed', 'triggered', 'including', 'excluded'])),
      meaning: 'sent, but not verified yet',
    },
    {
      label: 'Blocked',
      count: blocked,
      tone: 'held',
      to: inState('blocked'),
      meaning: 'a condition is not met; most resume automatically',
    },
    { label: 'Failed', count: failed, tone: 'bad', to: '/failures', meaning: 'retrying, or needs attention' },
    {
      label: 'Expired',
      count: expired,
      tone: 'bad',
      to: `/macs?state=expired${profileWithExpired === undefined ? '' : `&profile=${encodeURIComponent(profileWithExpired)}`}`,
      meaning: 'no valid certificate',
    },
    {
      label: 'Verified',
      count: verified,
      tone: 'good',
      to: inState('verified'),
      meaning: 'new certificate confirmed',
    },
  ];
  return (
    <ul className={classes.tiles} aria-label="Renewal status">
      {tiles.map(({ label, count, tone, to, meaning }) => (
        <li key={label}>
          <Link href={to} className={classes.tile} data-tone={count === 0 ? undefined : tone}>
            <span className={classes.count}>{count.toLocaleString()}</span>
            <span className={classes.label}>{label}</span>
            <span className={classes.meaning}>{meaning}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/**
 * Returns the first state in `states` with a redistribution; if there is none, the first state. The link needs one
 * state, because a list shows only one state.
 */
function firstOf(byState: Readonly<Record<State, number>>, states: readonly [State, ...State[]]): State {
  return states.find((state) => byState[state] > 0) ?? states[0];
}
