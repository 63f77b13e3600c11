import { IconCheck, IconX } from '@tabler/icons-react';
import { useForecast } from '../api/queries.js';
import dialog from '../parts/dialog.module.css';
import { exactly, spell } from '../parts/instants.js';
import { refusedIn, type Tally, type Wish } from './bulk.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What would happen to many Macs: how many, how long it takes, who is refused and why. */
export function Preview({ tally, wish, looked }: { tally: Tally; wish: Wish; looked: number }) {
  const { accepted, planned, refused } = tally;
  const count = accepted.length;
  return (
    <section className={dialog.preview} aria-label="Preview" aria-live="polite">
      <h3>What will happen</h3>
      <ul>
        <li>
          <span className={dialog.sign} data-tone={count > 0 ? 'good' : 'quiet'}>
            <IconCheck size={14} stroke={2} aria-hidden />
          </span>
          <span>
            <b>
              {count.toLocaleString()} of {looked.toLocaleString()}
            </b>{' '}
            {planned === count && planned > 0
              ? 'are planned: the mode is observe, nothing is written to Jamf.'
              : 'are redistributed: so many certificates are asked of the CA.'}
          </span>
        </li>
        {refused.map(({ reason, count: left, sentence }) => (
          <li key={reason}>
            <span className={dialog.sign} data-tone="bad">
              <IconX size={14} stroke={2} aria-label="Refused" />
            </span>
            <span>
              <b>
                {left.toLocaleString()} refused ({reason.replaceAll('-', ' ')}).
              </b>{' '}
              {left > 1 && 'The first: '}
              {sentence}
            </span>
          </li>
        ))}
      </ul>
      {count > 0 && planned < count && <Load count={count} wish={wish} />}
      {count === 0 && refusedIn(tally) > 0 && <p>Nothing is left to do: every Mac is refused.</p>}
    </section>
  );
}

/** How long it takes under the caps. */
function Load({ count, wish }: { count: number; wish: Wish }) {
  const { data } = useForecast(wish.instance ?? '', wish.profile ?? '', 1);
  if (!data) return null;
  const { capacity, settings } = data;
  const perHour = wish.overrideHourlyCap ? Infinity : settings.hourlyCap;
  const lastsMs = Math.max(
    (count / Math.max(1, capacity.perDay)) * (wish.overrideHourlyCap ? 0 : DAY_MS),
    Math.max(0, Math.ceil(count / perHour) - 1) * HOUR_MS,
    Math.ceil(count / settings.inFlight) * settings.proofMs,
  );
  return (
    <p>
      {Number.isFinite(perHour)
        ? `At most ${settings.hourlyCap.toLocaleString()} an hour`
        : 'Past the hourly cap'}{' '}
      and {settings.inFlight.toLocaleString()} in flight at a time. If all of them are in contact, the last is
      proven in about {spell(lastsMs)}: {exactly(Date.now() + lastsMs)}. Each keeps its old certificate until
      the new one is proven.
    </p>
  );
}
