import { Button } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import type { ReplayAllAnswer } from '../api/answers.js';
import { asked, type EventFilter, useReplayAll } from '../api/events.js';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import dialog from '../components/layout/dialog.module.css';
import { ReasonField } from '../components/actions/reason-field.js';
import { MIN_REASON_LENGTH } from '../components/actions/reason.js';
import { Trouble } from '../components/feedback/trouble.js';
import { macs } from '../redistribute/in-words.js';
import { lookOf } from './outcomes.js';

interface Asked {
  instance: string;
  filter: EventFilter;
  close: () => void;
}

/** Maximum number of events that the API replays in one request. */
const MOST = 10_000;

/** Dialog that replays all matching events: reason, preview, confirmation. */
export function ReplayAll({ opened, ...rest }: Asked & { opened: boolean }) {
  return (
    <ReasonDialog opened={opened} close={rest.close} title="Replay all matching events">
      <ReplayForm {...rest} />
    </ReasonDialog>
  );
}

function ReplayForm({ instance, filter, close }: Asked) {
  const [reason, setReason] = useState('');
  const [key] = useState(() => crypto.randomUUID());
  const preview = useReplayAll(key);
  const replay = useReplayAll(key);
  const request = { instance, ...asked(filter), reason: reason.trim() };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    // `until` and `most` limit the replay to the events of the preview, because new events arrive all the time.
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
      {preview.data && <Preview answer={preview.data} />}
      <Trouble text={problem?.message} />
      <div className={dialog.buttons}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        {preview.data ? (
          <Button
            type="submit"
            disabled={preview.data.replayable === 0 || preview.data.replayable > MOST}
            loading={replay.isPending}
          >
            Replay {eventCount(preview.data.replayable)}
          </Button>
        ) : (
          <Button
            type="submit"
            disabled={reason.trim().length < MIN_REASON_LENGTH}
            loading={preview.isPending}
          >
            Preview
          </Button>
        )}
      </div>
    </form>
  );
}

function eventCount(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'event' : 'events'}`;
}

function Preview({ answer: { replayable, notKept, computers } }: { answer: ReplayAllAnswer }) {
  return (
    <section className={dialog.preview} aria-label="Preview" aria-live="polite">
      <p>
        <b>{eventCount(replayable)}</b> can be replayed, for {macs(computers)}. Duplicates and replays are
        skipped.
      </p>
      {notKept > 0 && (
        <p>{notKept.toLocaleString()} more match but cannot be replayed (body too large to keep).</p>
      )}
      {replayable > MOST && (
        <p>At most {MOST.toLocaleString()} can be replayed at once. Narrow the time range.</p>
      )}
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
        {eventCount(replayed)} replayed{said.length > 0 && ` (${said.join(', ')})`}
        {notUnderstood > 0 && `; ${notUnderstood.toLocaleString()} not supported by this version`}.
      </p>
      <div className={dialog.buttons}>
        <Button onClick={close} data-autofocus>
          Done
        </Button>
      </div>
    </div>
  );
}
