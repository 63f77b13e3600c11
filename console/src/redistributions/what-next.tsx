import { IconHourglass } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RedistributionDetail } from '../api/answers.js';
import { stateLook } from '../parts/states.js';
import { Next, Time } from '../parts/time.js';
import classes from './what-next.module.css';

/** What happens next and when; why not now, when something stands in the way. */
export function WhatNext({ redistribution }: { redistribution: RedistributionDetail }) {
  const { state, closedAt, trouble, cancelRequest } = redistribution;
  return (
    <div className={classes.next} data-tone={closedAt === null ? stateLook[state].tone : 'quiet'}>
      <IconHourglass size={18} stroke={1.7} aria-hidden className={classes.sign} />
      <div>
        <p className={classes.what}>{next(redistribution)}</p>
        {trouble && (
          <p>
            Jamf has failed {trouble.count === 1 ? 'once' : `${trouble.count} times`} since{' '}
            <Time at={trouble.since} />: {trouble.text}
          </p>
        )}
        {cancelRequest && closedAt === null && (
          <p>
            {cancelRequest.by} has asked to cancel it: {cancelRequest.reason}
          </p>
        )}
      </div>
    </div>
  );
}

function next(redistribution: RedistributionDetail): ReactNode {
  const { state, closedAt, blocked, plan, wakeAt, retryAt, settlement } = redistribution;
  if (closedAt !== null) return 'Nothing: it is over, and nothing is left to do.';
  switch (state) {
    case 'due':
    case 'eligible':
      return (
        <>
          Next: {plan}. It looks again <Next at={wakeAt} />.
        </>
      );
    case 'blocked':
      return (
        <>
          <b>Not now: {blocked?.text ?? 'something stands in the way'}.</b> It looks again{' '}
          <Next at={wakeAt} />, and at once when Jamf tells of the Mac. Then: {plan}.
        </>
      );
    case 'excluded':
      return (
        <>
          The Mac is in the exclusion group and loses the profile; it is taken back as soon as that is gone.
          It looks again <Next at={wakeAt} />.
        </>
      );
    case 'including':
      return (
        <>
          The Mac is taken out of the exclusion group, again and again until Jamf shows it. It looks again{' '}
          <Next at={wakeAt} />.
        </>
      );
    case 'triggered':
      return (
        <>
          Jamf has the Mac in the group and now makes the InstallProfile command. It looks again{' '}
          <Next at={wakeAt} />.
        </>
      );
    case 'pushed':
      return (
        <>
          The command waits for the Mac to take it; a Mac that sleeps is woken by a push. It looks again{' '}
          <Next at={wakeAt} />.
        </>
      );
    case 'verifying':
      return (
        <>
          The Mac took the profile. Proof is a new serial number with a later expiry in its next inventory. It
          looks again <Next at={wakeAt} />.
        </>
      );
    case 'retry':
      return (
        <>
          The attempt did not work; another one starts <Next at={retryAt ?? wakeAt} />.
        </>
      );
    case 'verified':
      return settlement && settlement.doneAt === null ? (
        <>
          Proven. The Mac keeps both profiles for a while; the old one is dropped{' '}
          <Next at={settlement.dueAt} />.
        </>
      ) : (
        'Proven. What is left is to close it.'
      );
    case 'needs-human':
      return 'Nothing by itself: the attempts are used up. The timeline shows what Jamf and the Mac said; redistribute again once that is mended.';
    case 'cancelled':
      return settlement && settlement.doneAt === null ? (
        <>
          Cancelled; the groups in Jamf are put back <Next at={settlement.dueAt} />.
        </>
      ) : (
        'Cancelled. The groups in Jamf are being put back.'
      );
  }
}
