import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { InstanceOverview } from '../api/answers.js';
import { usePause, useResume } from '../api/control.js';
import { useMayAct } from '../api/session.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { Card } from '../parts/card.js';
import { ReasonForm } from '../parts/reason-form.js';
import { Sentence } from '../parts/sentence.js';
import type { Tone } from '../parts/states.js';
import { Time } from '../parts/time.js';
import classes from './rails.module.css';

type ProfileOverview = InstanceOverview['profiles'][number];

interface Rail {
  name: string;
  tone: Tone;
  says: ReactNode;
}

/** What lets Recert write to Jamf or keeps it from that, and the switch that a person has. */
export function Rails({ instance }: { instance: InstanceOverview }) {
  const { paused, profiles } = instance;
  const several = profiles.length > 1;
  return (
    <Card title="What may happen now">
      <ul className={classes.rails}>
        <Line
          name="Switch"
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
        {profiles.flatMap((profile) =>
          railsOf(profile).map(({ name, tone, says }) => (
            <Line
              key={`${profile.name} ${name}`}
              name={several ? `${profile.name}: ${name.toLowerCase()}` : name}
              tone={tone}
              says={says}
            />
          )),
        )}
      </ul>
      <Switch instance={instance} />
    </Card>
  );
}

function Line({ name, tone, says }: Rail) {
  return (
    <li>
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <span className={classes.name}>{name}</span>
      <span className={classes.says}>{says}</span>
    </li>
  );
}

function railsOf({ mode, breaker, hold, canary, opensAt }: ProfileOverview): Rail[] {
  return [
    mode === 'act'
      ? { name: 'Mode', tone: 'good', says: 'Acts: profiles are redistributed' }
      : { name: 'Mode', tone: 'held', says: 'Observes: nothing is written to Jamf' },
    breaker
      ? {
          name: 'Breaker',
          tone: 'bad',
          says: (
            <>
              Open since <Time at={breaker.at} />: <Sentence text={breaker.text} />
            </>
          ),
        }
      : { name: 'Breaker', tone: 'good', says: 'Closed' },
    canary
      ? {
          name: 'Canary',
          tone: 'soon',
          says: `Wave ${canary.wave}: ${canary.verified} verified; at most ${canary.limit} begin before it is done`,
        }
      : { name: 'Canary', tone: 'good', says: 'All waves are through' },
    ...(hold
      ? [
          {
            name: 'Hold',
            tone: 'late' as const,
            says: (
              <>
                {hold.text}; ends <Time at={hold.until} />
              </>
            ),
          },
        ]
      : []),
    opensAt === null
      ? { name: 'Window', tone: 'good', says: 'Open' }
      : {
          name: 'Window',
          tone: 'held',
          says: (
            <>
              Outside the maintenance window; it opens <Time at={opensAt} />
            </>
          ),
        },
  ];
}

/** Pausing is for everybody who may act: it is the one thing that never makes it worse. */
function Switch({ instance: { name, paused, profiles } }: { instance: InstanceOverview }) {
  const mayAct = useMayAct();
  const [asking, setAsking] = useState<'pause' | 'resume' | null>(null);
  const pause = usePause(name);
  const resume = useResume(name);
  if (!mayAct) return null;
  const stopped = paused !== null || profiles.some(({ breaker }) => breaker !== null);
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
      <AskDialog
        opened={asking !== null}
        close={close}
        title={asking === 'resume' ? `Resume on ${name}` : `Pause on ${name}`}
      >
        {asking === 'resume' ? (
          <ReasonForm
            note="Ends the pause and closes open breakers. Sending begins again with the canary, within the caps."
            say="Resume"
            work={resume}
            close={close}
          />
        ) : (
          <ReasonForm
            note="Nothing new is sent to Jamf until somebody resumes. What Macs have already got goes on and is still proven."
            say="Pause"
            work={pause}
            close={close}
          />
        )}
      </AskDialog>
    </div>
  );
}
