import { IconHourglass } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RedistributionDetail } from '../api/answers.js';
import { Sentence } from '../components/status/sentence.js';
import { stateLook } from '../components/status/states.js';
import { Next, Time } from '../components/time/time.js';
import classes from './what-next.module.css';

type BlockReason = NonNullable<RedistributionDetail['blocked']>['reason'];

/** What a user must do to end a block, for each reason that does not end automatically. */
const NEEDS_SOMEONE: Partial<Record<BlockReason, string>> = {
  observe: 'To start this redistribution, set the profile to act mode.',
  paused: 'To start this redistribution, resume renewals on the overview.',
  'subject-too-long':
    'To start this redistribution, shorten the name of the Mac or the subject of the profile.',
  'breaker-open': 'To start this redistribution, fix the cause, then resume renewals on the overview.',
};

/** Shows what happens next and when, or why the redistribution is blocked. */
export function WhatNext({ redistribution }: { redistribution: RedistributionDetail }) {
  const { state, closedAt, trouble, cancelRequest } = redistribution;
  return (
    <div className={classes.next} data-tone={closedAt === null ? stateLook[state].tone : 'quiet'}>
      <IconHourglass size={18} stroke={1.7} aria-hidden className={classes.sign} />
      <div>
        <p className={classes.what}>{next(redistribution)}</p>
        {trouble && (
          <p>
            Jamf Pro requests have failed {trouble.count === 1 ? 'once' : `${trouble.count} times`} since{' '}
            <Time at={trouble.since} />: <Sentence text={trouble.text} />
          </p>
        )}
        {cancelRequest && closedAt === null && (
          <p>
            {cancelRequest.by} requested cancellation: {cancelRequest.reason}
          </p>
        )}
      </div>
    </div>
  );
}

function next(redistribution: RedistributionDetail): ReactNode {
  const { state, closedAt, blocked, plan, wakeAt, retryAt, settlement } = redistribution;
  if (closedAt !== null) return 'Finished. No action needed.';
  const nextCheck = <Next at={wakeAt} />;
  switch (state) {
    case 'due':
    case 'eligible':
      return (
        <>
          Next step: {plan}. Next check {nextCheck}.
        </>
      );
    case 'blocked':
      return (
        <>
          <b>
            Blocked: <Sentence text={withFullStop(blocked?.text ?? 'a condition is not met')} />
          </b>{' '}
          {blocked && NEEDS_SOMEONE[blocked.reason]} Next check {nextCheck}, or as soon as Jamf Pro reports
          the Mac. Next step: {plan}.
        </>
      );
    case 'excluded':
    case 'including':
    case 'triggered':
    case 'pushed':
    case 'verifying':
      return (
        <>
          {IN_PROGRESS[state]} Next check {nextCheck}.
        </>
      );
    case 'retry':
      return (
        <>
          The attempt failed. The next attempt starts <Next at={retryAt ?? wakeAt} />.
        </>
      );
    case 'verified':
      return settlement && settlement.doneAt === null ? (
        <>
          Verified. The Mac keeps both profiles for now; the old one is removed <Next at={settlement.dueAt} />
          .
        </>
      ) : (
        'Verified. The cleanup is in progress.'
      );
    case 'needs-human':
      return 'There is no automatic retry, because all attempts failed. See the timeline for the error, fix the cause, then redistribute again.';
    case 'cancelled':
      return settlement && settlement.doneAt === null ? (
        <>
          Canceled. The Jamf Pro group changes are reverted <Next at={settlement.dueAt} />.
        </>
      ) : (
        'Canceled. Reverting the Jamf Pro group changes.'
      );
  }
}

const IN_PROGRESS = {
  excluded:
    'The Mac is in the exclusion group while Jamf Pro removes the profile. When the profile is removed, Recert removes the Mac from the group.',
  including:
    'Recert is removing the Mac from the exclusion group, and repeats this until Jamf Pro confirms it.',
  triggered: 'The Mac is in the group; waiting for Jamf Pro to create the InstallProfile command.',
  pushed: 'Recert waits for the Mac to receive the command. A push notification wakes a sleeping Mac.',
  verifying:
    'The Mac installed the profile. Waiting for inventory or declarative status with a new serial number and a later expiry.',
} as const;

/** Adds a full stop, which texts of the API do not have. */
function withFullStop(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
