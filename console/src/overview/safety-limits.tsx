import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { InstanceOverview } from '../api/answers.js';
import { usePause, useResume } from '../api/control.js';
import { useMayAct } from '../api/session.js';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import { Card } from '../components/layout/card.js';
import { ReasonForm } from '../components/actions/reason-form.js';
import { Sentence } from '../components/status/sentence.js';
import type { Tone } from '../components/status/states.js';
import { Time } from '../components/time/time.js';
import classes from './safety-limits.module.css';

type ProfileOverview = InstanceOverview['profiles'][number];

interface Condition {
  name: string;
  tone: Tone;
  says: ReactNode;
}

/** Shows every condition that allows or stops renewals, with the buttons to pause and resume. */
export function SafetyLimits({ instance }: { instance: InstanceOverview }) {
  const { paused, profiles } = instance;
  const several = profiles.length > 1;
  return (
    <Card title="Automation status">
      <ul className={classes.rails}>
        <ConditionRow
          name="Pause"
          tone={paused ? 'late' : 'good'}
          says={
            paused ? (
              <>
                Paused by {paused.by} <Time at={paused.at} />: {paused.reason}
              </>
            ) : (
              'Not paused'
            )
          }
        />
        {unconfirmedOf(instance).map((says) => (
          <ConditionRow key={says} name="Confirmation" tone="bad" says={says} />
        ))}
        {profiles.flatMap((profile) =>
          conditionsOf(profile).map(({ name, tone, says }) => (
            <ConditionRow
              key={`${profile.name} ${name}`}
              name={several ? `${profile.name}: ${name.toLowerCase()}` : name}
              tone={tone}
              says={says}
            />
          )),
        )}
      </ul>
      <PauseButtons instance={instance} />
    </Card>
  );
}

/** Returns the changes in Jamf Pro that Recert does not apply until a later sweep or a user confirms them. */
function unconfirmedOf({ fall, profiles }: InstanceOverview): string[] {
  return [
    ...(fall
      ? [`${fall.missing} of ${fall.known} Macs are missing from Jamf Pro; none of them is retired`]
      : []),
    ...profiles
      .filter(({ scopeEmptySince }) => scopeEmptySince !== null)
      .map(
        ({ name }) => `The scope of ${name} has no targets or members any more; the last known scope is used`,
      ),
  ];
}

function ConditionRow({ name, tone, says }: Condition) {
  return (
    <li>
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <span className={classes.name}>{name}</span>
      <span className={classes.says}>{says}</span>
    </li>
  );
}

function conditionsOf({ mode, breaker, hold, canary, opensAt, capacity }: ProfileOverview): Condition[] {
  return [
    mode === 'act'
      ? { name: 'Mode', tone: 'good', says: 'Act: renewals run automatically' }
      : { name: 'Mode', tone: 'held', says: 'Observe: nothing is written to Jamf Pro' },
    breaker
      ? {
          name: 'Circuit breaker',
          tone: 'bad',
          says: (
            <>
              Open (renewals stopped) since <Time at={breaker.at} />: <Sentence text={breaker.text} />
            </>
          ),
        }
      : { name: 'Circuit breaker', tone: 'good', says: 'Closed (normal)' },
    canary
      ? {
          name: 'Canary',
          tone: 'soon',
          says: `Wave ${canary.wave}: ${canary.verified} of ${canary.limit} complete. A Mac is complete when its certificate is verified, or when it has acknowledged the profile and then reported no inventory for the configured time.`,
        }
      : { name: 'Canary', tone: 'good', says: 'Complete' },
    ...(hold
      ? [
          {
            name: 'Cool-down',
            tone: 'late' as const,
            says: (
              <>
                On hold: {hold.text}; ends <Time at={hold.until} />
              </>
            ),
          },
        ]
      : []),
    opensAt === null
      ? { name: 'Maintenance window', tone: 'good', says: 'Open' }
      : {
          name: 'Maintenance window',
          tone: 'held',
          says: (
            <>
              Closed; opens <Time at={opensAt} />
            </>
          ),
        },
    ...(capacity
      ? [
          {
            name: 'Capacity',
            tone: capacity.shortage ? ('bad' as const) : ('good' as const),
            says: `${capacity.hourlyCap.toLocaleString('en')} certificates an hour, ${capacity.inFlight.toLocaleString('en')} in progress. ${capacity.reasons.join(' ')}`,
          },
        ]
      : []),
  ];
}

/**
 * Buttons that pause and resume renewals, and confirm the changes that `unconfirmedOf` returns. They require the
 * role operator.
 */
function PauseButtons({ instance }: { instance: InstanceOverview }) {
  const { name, paused, profiles } = instance;
  const unconfirmed = unconfirmedOf(instance).length > 0;
  const mayAct = useMayAct();
  const [asking, setAsking] = useState<'pause' | 'resume' | null>(null);
  const pause = usePause(name);
  const held = profiles.some(({ hold }) => hold !== null);
  const resume = useResume(name, { endHold: held });
  if (!mayAct) return null;
  const stopped = paused !== null || held || unconfirmed || profiles.some(({ breaker }) => breaker !== null);
  const close = () => setAsking(null);
  return (
    <div className={classes.act}>
      {paused === null && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerPause size={15} stroke={1.8} aria-hidden />}
          onClick={() => setAsking('pause')}
        >
          Pause
        </Button>
      )}
      {stopped && (
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={15} stroke={1.8} aria-hidden />}
          onClick={() => setAsking('resume')}
        >
          Resume
        </Button>
      )}
      <ReasonDialog
        opened={asking !== null}
        close={close}
        title={asking === 'resume' ? `Resume renewals on ${name}` : `Pause renewals on ${name}`}
      >
        {asking === 'resume' ? (
          <ReasonForm
            note={`Ends the pause${held ? ' and the cool-down' : ''}, and closes any open circuit breaker.${unconfirmed ? ' Confirms that the missing Macs, targets or group members are gone: their open redistributions end.' : ''} Renewals start again with a canary wave, within the rate limits.`}
            say="Resume"
            work={resume}
            close={close}
          />
        ) : (
          <ReasonForm
            note="No new renewals are sent to Jamf Pro until a user resumes renewals. Renewals already sent continue and are still verified."
            say="Pause"
            work={pause}
            close={close}
          />
        )}
      </ReasonDialog>
    </div>
  );
}
