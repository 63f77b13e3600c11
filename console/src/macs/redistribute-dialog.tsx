import { Button } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { SyntheticEvent } from 'react';
import type { ComputerDetail, RedistributeAnswer } from '../api/answers.js';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import dialog from '../components/layout/dialog.module.css';
import { Sentence } from '../components/status/sentence.js';
import { Trouble } from '../components/feedback/trouble.js';
import { useRedistributeDialog } from '../redistribute/use-conversation.js';
import { Why } from '../redistribute/why.js';

interface Asked {
  mac: ComputerDetail;
  profile: string;
  close: () => void;
}

/** Dialog that redistributes a profile to one Mac. */
export function RedistributeDialog({ opened, ...asked }: Asked & { opened: boolean }) {
  const { mac, profile, close } = asked;
  return (
    <ReasonDialog
      opened={opened}
      close={close}
      title={`Redistribute ${profile} to ${mac.name || mac.serialNumber}`}
    >
      <Form {...asked} />
    </ReasonDialog>
  );
}

/** Content of the dialog: reason, preview, confirmation. It starts empty each time the dialog opens. */
function Form({ mac, profile, close }: Asked) {
  const asked = { instance: mac.instance, profile, whom: { computers: [{ id: mac.id }] } };
  const conversation = useRedistributeDialog(asked);
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
          Cancel
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

/** Shows what the request would do. Nothing has been changed yet. */
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
                <IconCheck size={14} stroke={2} aria-label="Will run" />
              )}
            </span>
            <span>
              <Sentence text={sentence} />
            </span>
          </li>
        ))}
      </ul>
      {answer.accepted > 0 && (
        <p>
          The Mac gets a new key and certificate (1 CA request). The current certificate stays in place until
          the new one is verified.
        </p>
      )}
    </section>
  );
}
