import { IconCheck, IconX } from '@tabler/icons-react';
import type { RedistributeAnswer } from '../api/answers.js';
import dialog from '../components/layout/dialog.module.css';
import { exactly, spell } from '../components/time/instants.js';
import { Sentence } from '../components/status/sentence.js';

/** Shows what a request would do: number of Macs, load, duration, and the refused Macs with the reason. */
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
              ? 'will be planned only (observe mode): nothing is written to Jamf Pro.'
              : 'will be redistributed. Each one requests a new certificate from the CA.'}
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
              {count > 1 && 'Example: '}
              <Sentence text={sentence} />
            </span>
          </li>
        ))}
      </ul>
      {load && <Load load={load} />}
      {accepted === 0 && (
        <p>
          {refused > 0
            ? 'Nothing to do: every Mac was refused.'
            : 'Nothing to do: no Macs match the filter anymore.'}
        </p>
      )}
    </section>
  );
}

/** Shows the load on Jamf Pro and the CA, and how long the redistributions take with the limits. */
function Load({
  load: { hourlyCap, inFlight, calls, durationMs },
}: {
  load: NonNullable<RedistributeAnswer['load']>;
}) {
  return (
    <p>
      {hourlyCap === null ? 'Ignoring the rate limit' : `At most ${hourlyCap.toLocaleString()} an hour`} and{' '}
      {inFlight.toLocaleString()} at a time; up to {calls.toLocaleString()} Jamf Pro API calls in the worst
      case. If all Macs are online, the last one is verified in about {spell(durationMs)}:{' '}
      {exactly(Date.now() + durationMs)}. Each Mac keeps its current certificate until the new one is
      verified.
    </p>
  );
}
