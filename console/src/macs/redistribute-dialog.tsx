import { Button } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import type { ComputerDetail, RedistributeAnswer, RedistributeRequest } from '../api/answers.js';
import { usePreview, useRedistribute } from '../api/queries.js';
import { AskDialog } from '../parts/ask-dialog.js';
import dialog from '../parts/dialog.module.css';
import { ReasonField } from '../parts/reason-field.js';
import { LEAST_REASON } from '../parts/reason.js';
import { Trouble } from '../parts/trouble.js';
import { PAST_NONE, PastRails } from '../redistribute/rails.js';

interface Asked {
  mac: ComputerDetail;
  profile: string;
  close: () => void;
}

/** Redistributing as a conversation. */
export function RedistributeDialog({ opened, ...asked }: Asked & { opened: boolean }) {
  const { mac, profile, close } = asked;
  return (
    <AskDialog
      opened={opened}
      close={close}
      title={`Redistribute ${profile} to ${mac.name || mac.serialNumber}`}
    >
      <Conversation {...asked} />
    </AskDialog>
  );
}

/** Why, what would happen, yes. Each opening begins a new one. */
function Conversation({ mac, profile, close }: Asked) {
  const [reason, setReason] = useState('');
  const [past, setPast] = useState(PAST_NONE);
  // One decision, one key: pressing twice does it once.
  const [key] = useState(() => crypto.randomUUID());
  const preview = usePreview();
  const redistribute = useRedistribute();
  const request: RedistributeRequest = {
    instance: mac.instance,
    profile,
    computers: [{ id: mac.id }],
    reason: reason.trim(),
    ...past,
  };
  const change = (apply: () => void) => {
    apply();
    preview.reset();
    redistribute.reset();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (preview.data) redistribute.mutate({ request, key }, { onSuccess: close });
    else preview.mutate(request);
  };
  const refused = preview.data?.accepted === 0;
  const problem = preview.error ?? redistribute.error;
  return (
    <form onSubmit={submit} className={dialog.form}>
      <ReasonField
        placeholder="Ticket, who asked, what is wrong"
        value={reason}
        change={(said) => change(() => setReason(said))}
      />
      <PastRails
        instance={mac.instance}
        profile={profile}
        past={past}
        change={(rails) => change(() => setPast(rails))}
      />
      {preview.data && <Preview answer={preview.data} />}
      <Trouble text={problem?.message} />
      <div className={dialog.buttons}>
        <Button variant="default" onClick={close}>
          Leave it
        </Button>
        {preview.data ? (
          <Button type="submit" disabled={refused} loading={redistribute.isPending}>
            Redistribute now
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

/** What would happen. Nothing has yet. */
function Preview({ answer }: { answer: RedistributeAnswer }) {
  return (
    <section className={dialog.preview} aria-label="Preview" aria-live="polite">
      <h3>What will happen</h3>
      <ul>
        {answer.results.map(({ outcome, sentence, computer }) => (
          <li key={computer.id ?? computer.serialNumber}>
            <span className={dialog.sign} data-tone={outcome === 'refused' ? 'bad' : 'good'}>
              {outcome === 'refused' ? (
                <IconX size={14} stroke={2} aria-label="Refused" />
              ) : (
                <IconCheck size={14} stroke={2} aria-label="Accepted" />
              )}
            </span>
            <span>{sentence}</span>
          </li>
        ))}
      </ul>
      {answer.accepted > 0 && (
        <p>
          The Mac gets a new key and a new certificate: one more is asked of the CA. The old one stays until
          the new one is proven.
        </p>
      )}
    </section>
  );
}
