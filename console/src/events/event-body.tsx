import { Button } from '@mantine/core';
import { IconPlayerSkipForward } from '@tabler/icons-react';
import { useState } from 'react';
import { useEvent, useReplay } from '../api/events.js';
import { useMayAct } from '../api/session.js';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import { Facts } from '../components/layout/facts.js';
import { exactly } from '../components/time/instants.js';
import { Loaded } from '../components/feedback/loaded.js';
import { ReasonForm } from '../components/actions/reason-form.js';
import classes from './events-page.module.css';
import { lookOf } from './outcomes.js';

/** Shows the details and the body of one webhook, with the button to replay it. */
export function EventBody({ id, instance }: { id: string; instance: string }) {
  const query = useEvent(instance, id);
  return (
    <Loaded query={query} height={120}>
      {(data) => {
        const { at, admittedAt, webhookId, replayOf, body, note, event } = data;
        return (
          <section className={classes.detail} aria-label={`Payload of ${event}`}>
            <Facts
              facts={[
                ['ID', <code key="id">{id}</code>],
                ['Received', exactly(admittedAt)],
                ['Event time', at === null ? 'not reported by Jamf Pro' : exactly(at)],
                ['Webhook', webhookId === null ? '' : `ID ${webhookId} in Jamf Pro`],
                ...(replayOf === null ? [] : [['Replay of', <code key="of">{replayOf}</code>] as const]),
              ]}
            />
            {body !== null && (
              <pre className={classes.body} tabIndex={0} aria-label="Body">
                {pretty(body)}
              </pre>
            )}
            {note === null ? (
              <Replay id={id} instance={instance} event={event} />
            ) : (
              <p className={classes.hint}>{note}</p>
            )}
          </section>
        );
      }}
    </Loaded>
  );
}

function Replay({ id, instance, event }: { id: string; instance: string; event: string }) {
  const mayAct = useMayAct();
  const [asking, setAsking] = useState(false);
  const replay = useReplay(instance, id);
  if (!mayAct) return null;
  const close = () => setAsking(false);
  return (
    <div className={classes.act}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerSkipForward size={15} stroke={1.8} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Replay
      </Button>
      <span role="status" className={classes.hint}>
        {replay.data && `Replayed: ${lookOf(replay.data.effect).label.toLowerCase()}.`}
      </span>
      <ReasonDialog opened={asking} close={close} title={`Replay ${event}`}>
        <ReasonForm
          note="The event is processed again with the current rules, as if Jamf Pro had just sent it. It does not count as a duplicate."
          say="Replay event"
          work={replay}
          close={close}
        />
      </ReasonDialog>
    </div>
  );
}

/** Formats JSON with indentation. Any other text is returned unchanged. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
