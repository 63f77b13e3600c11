import { Button } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import type { ReplayAllAnswer } from '../api/answers.js';
import { asked, type EventFilter, useReplayAll } from '../api/events.js';
import { AskDialog } from '../parts/ask-dialog.js';
import dialog from '../parts/dialog.module.css';
import { ReasonField } from '../parts/reason-field.js';
import { LEAST_REASON } from '../parts/reason.js';
import { Trouble } from '../parts/trouble.js';
import { lookOf } from './outcomes.js';

interface Asked {
  instance: string;
  filter: EventFilter;
  close: () => void;
}

/** Most events that the API replays at once. */
const MOST = 10_000;

/** Replaying all that match: why, how many it would be, yes. */
export function ReplayAll({ opened, ...rest }: Asked & { opened: boolean }) {
  return (
    <AskDialog opened={opened} close={rest.close} title="Replay all that match">
      <Conversation {...rest} />
    </AskDialog>
  );
}

function Conversation({ instance, filter, close }: Asked) {
  const [reason, setReason] = useState('');
  const [key] = useState(() => crypto.randomUUID());
  const preview = useReplayAll(key);
  const replay = useReplayAll(key);
  const request = { instance, ...asked(filter), reason: reason.trim() };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    // Exactly those that the preview counted: the log goes on.
    if (preview.data)
      replay.mutate({ ...request, until: preview.data.until, most: Math.max(1, preview.data.replayable) });
    else preview.mutate({ ...request, dryRun: true });
  };
  const problem = preview.error ?? replay.error;
  if (replay.data) return <Done answer={replay.data} close={close} />;
  return (
    <form onSubmit={submit} className={dialog.form}>
      <ReasonField
        value={reason}
        change={(said) => {
          setReason(said);
          preview.reset();
          replay.reset();
        }}
      />
      {preview.data && <Counts answer={preview.data} />}
      <Trouble text={problem?.message} />
      <div className={dialog.buttons}>
        <Button variant="default" onClick={close}>
          Leave it
        </Button>
        {preview.data ? (
          <Button
            type="submit"
            disabled={preview.data.replayable === 0 || preview.data.replayable > MOST}
            loading={replay.isPending}
          >
            Replay {preview.data.replayable.toLocaleString()}
          </Button>
        ) : (
          <Button type="submit" disabled={reason.trim().length < LEAST_REASON} loading={preview.isPending}>
            Preview
          </Button>
        )}
      </div>
    </form>
  );
}

function Counts({ answer: { replayable, notKept, computers } }: { answer: ReplayAllAnswer }) {
  return (
    <section className={dialog.preview} aria-label="Preview" aria-live="polite">
      <p>
        <b>{replayable.toLocaleString()}</b> events match and can be replayed; they are about{' '}
        {computers.toLocaleString()} Macs. Duplicates and replays are passed over.
      </p>
      {notKept > 0 && <p>{notKept.toLocaleString()} more match, but their bodies were too large to keep.</p>}
      {replayable > MOST && <p>At most {MOST.toLocaleString()} are replayed at once: narrow it by time.</p>}
    </section>
  );
}

function Done({
  answer: { replayed, notUnderstood, effects },
  close,
}: {
  answer: ReplayAllAnswer;
  close: () => void;
}) {
  const said = Object.entries(effects).map(
    ([effect, count]) => `${count.toLocaleString()} ${lookOf(effect).label.toLowerCase()}`,
  );
  return (
    <div className={dialog.form} role="status">
      <p className={dialog.note}>
        {replayed.toLocaleString()} were admitted again{said.length > 0 && ` (${said.join(', ')})`}
        {notUnderstood > 0 && `; ${notUnderstood.toLocaleString()} mean nothing to this version`}.
      </p>
      <div className={dialog.buttons}>
        <Button onClick={close} data-autofocus>
          Done
        </Button>
      </div>
    </div>
  );
}
