import { Button } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { SyntheticEvent } from 'react';
import type { ComputerDetail, RedistributeAnswer } from '../api/answers.js';
import { AskDialog } from '../parts/ask-dialog.js';
import dialog from '../parts/dialog.module.css';
import { Trouble } from '../parts/trouble.js';
import { useConversation } from '../redistribute/use-conversation.js';
import { Why } from '../redistribute/why.js';

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
      <Form {...asked} />
    </AskDialog>
  );
}

/** Why, what would happen, yes. Each opening begins a new one. */
function Form({ mac, profile, close }: Asked) {
  const asked = { instance: mac.instance, profile, whom: { computers: [{ id: mac.id }] } };
  const conversation = useConversation(asked);
  const { shown, looking, acting, maySend, look, act, problem } = conversation;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (shown) act(close);
    else look();
  };
  return (
    <form onSubmit={submit} className={dialog.form}>
      <Why conversation={conversation} asked={asked} />
      {shown && <Preview answer={shown} />}
      <Trouble text={problem?.message} />
      <div className={dialog.buttons}>
        <Button variant="default" onClick={close}>
          Leave it
        </Button>
        {shown ? (
          <Button type="submit" disabled={shown.accepted === 0} loading={acting}>
            Redistribute now
          </Button>
        ) : (
          <Button type="submit" disabled={!maySend} loading={looking}>
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
