import { Button } from '@mantine/core';
import { IconPlayerSkipForward } from '@tabler/icons-react';
import { useState } from 'react';
import { useEvent, useReplay } from '../api/events.js';
import { useMayAct } from '../api/session.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { Facts } from '../parts/facts.js';
import { exactly } from '../parts/instants.js';
import { Loaded } from '../parts/loaded.js';
import { ReasonForm } from '../parts/reason-form.js';
import classes from './events-page.module.css';

/** What was sent, and having it admitted again. */
export function EventBody({ id, instance }: { id: string; instance: string }) {
  const query = useEvent(instance, id);
  return (
    <Loaded query={query} height={120}>
      {(data) => {
        const { at, admittedAt, webhookId, replayOf, body, note, event } = data;
        return (
          <section className={classes.detail} aria-label={`What was sent with ${event}`}>
            <Facts
              facts={[
                ['Id', <code key="id">{id}</code>],
                ['Admitted', exactly(admittedAt)],
                ['Happened', at === null ? 'Jamf does not say' : exactly(at)],
                ['Webhook', webhookId === null ? '' : `id ${webhookId} in Jamf Pro`],
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
        {replay.data && `Admitted again: ${replay.data.effect}.`}
      </span>
      <AskDialog opened={asking} close={close} title={`Replay ${event}`}>
        <ReasonForm
          note="It is admitted again as if Jamf Pro had sent it now, by the rules of today, and never as a duplicate."
          say="Replay it"
          work={replay}
          close={close}
        />
      </AskDialog>
    </div>
  );
}

/** JSON with its lines; anything else as it came. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
