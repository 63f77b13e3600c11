import { IconCheck, IconX } from '@tabler/icons-react';
import type { RedistributeAnswer } from '../api/answers.js';
import dialog from '../parts/dialog.module.css';
import { exactly, spell } from '../parts/instants.js';

/** What would happen to many Macs: how many, what it costs, how long it takes, who is refused and why. */
export function Preview({ answer: { accepted, refused, refusals, load } }: { answer: RedistributeAnswer }) {
  return (
    <section className={dialog.preview} aria-label="Preview" aria-live="polite">
      <h3>What will happen</h3>
      <ul>
        <li>
          <span className={dialog.sign} data-tone={accepted > 0 ? 'good' : 'quiet'}>
            <IconCheck size={14} stroke={2} aria-hidden />
          </span>
          <span>
            <b>
              {accepted.toLocaleString()} of {(accepted + refused).toLocaleString()}
            </b>{' '}
            {accepted > 0 && load === null
              ? 'are planned: the mode is observe, nothing is written to Jamf.'
              : 'are redistributed: so many certificates are asked of the CA.'}
          </span>
        </li>
        {refusals.map(({ reason, count, sentence }) => (
          <li key={reason}>
            <span className={dialog.sign} data-tone="bad">
              <IconX size={14} stroke={2} aria-label="Refused" />
            </span>
            <span>
              <b>
                {count.toLocaleString()} refused ({reason.replaceAll('-', ' ')}).
              </b>{' '}
              {count > 1 && 'The first: '}
              {sentence}
            </span>
          </li>
        ))}
      </ul>
      {load && <Load load={load} />}
      {accepted === 0 && (
        <p>
          {refused > 0
            ? 'Nothing is left to do: every Mac is refused.'
            : 'Nothing is left to do: no Mac matches any more.'}
        </p>
      )}
    </section>
  );
}

/** What it costs, and how long it takes under the caps. */
function Load({
  load: { hourlyCap, inFlight, calls, durationMs },
}: {
  load: NonNullable<RedistributeAnswer['load']>;
}) {
  return (
    <p>
      {hourlyCap === null ? 'Past the hourly cap' : `At most ${hourlyCap.toLocaleString()} an hour`} and{' '}
      {inFlight.toLocaleString()} in flight at a time; at most {calls.toLocaleString()} calls to Jamf Pro. If
      all of them are in contact, the last is proven in about {spell(durationMs)}:{' '}
      {exactly(Date.now() + durationMs)}. Each keeps its old certificate until the new one is proven.
    </p>
  );
}
