import { Button, TextInput } from '@mantine/core';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import dialog from '../components/layout/dialog.module.css';
import { Sentence } from '../components/status/sentence.js';
import { Trouble } from '../components/feedback/trouble.js';
import { macs } from './in-words.js';
import classes from './many.module.css';
import { Preview } from './preview.js';
import {
  type RequestOptions,
  type RedistributeDialogState,
  useRedistributeDialog,
} from './use-conversation.js';
import { Why } from './why.js';

/** From this number of Macs, the user must type the number before the request can be sent. */
const MANY = 10;

interface AskedFor extends RequestOptions {
  /** Description of the Macs, such as *All Macs in the state overdue.* */
  words: ReactNode;
  close: () => void;
}

/**
 * Dialog that redistributes to several Macs: reason, preview, confirmation. Then it opens the page of the batch,
 * or of the redistribution if there is only one. The server processes the batch, so the browser can be closed.
 */
export function RedistributeMany({ opened, ...asked }: AskedFor & { opened: boolean }) {
  return (
    <ReasonDialog opened={opened} close={asked.close} title={`Redistribute ${asked.profile}`}>
      <Form {...asked} />
    </ReasonDialog>
  );
}

function Form({ words, close, ...asked }: AskedFor) {
  const [typed, setTyped] = useState('');
  const [, go] = useLocation();
  const conversation = useRedistributeDialog(asked);
  const { shown, done, looking, maySend, look, act } = conversation;
  const count = shown?.accepted ?? 0;
  const confirmed = count < MANY || typed.replace(/[\s.,’']/gu, '') === String(count);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!maySend) return;
    if (!shown) {
      setTyped('');
      look();
      return;
    }
    if (count > 0 && confirmed)
      act(({ batch, results: [first, ...others] }) => {
        const only = others.length === 0 ? first?.redistributionId : null;
        const progress = batch ? `batches/${batch.id}` : only;
        if (!progress) return;
        close();
        go(`/redistributions/${progress}`);
      });
  };
  return (
    <form onSubmit={submit} className={dialog.form}>
      <p className={classes.whom}>{words}</p>
      <Why conversation={conversation} asked={asked} />
      {looking && <p role="status">Checking each Mac. Nothing is changed.</p>}
      {shown && <Preview answer={shown} />}
      {shown && !done && count >= MANY && (
        <TextInput
          label={`Type ${count} to confirm`}
          description={`${macs(count)} will get a new key and certificate.`}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {done && <Opened answer={done} />}
      <Trouble text={conversation.problem?.message} />
      <Buttons conversation={conversation} close={close} confirmed={confirmed} />
    </form>
  );
}

/** Shows the result of a small request, which the server processes immediately, without a batch. */
function Opened({
  answer: { accepted, refusals },
}: {
  answer: NonNullable<RedistributeDialogState['done']>;
}) {
  return (
    <section aria-label="Progress" role="status">
      <p className={dialog.note}>
        {accepted.toLocaleString()} started. They are sent within the rate limits.{' '}
        <Link href="/redistributions">View progress</Link>
      </p>
      {refusals.map(({ reason, count, sentence }) => (
        <p key={reason} className={dialog.note}>
          {count.toLocaleString()} refused: <Sentence text={sentence} />
        </p>
      ))}
    </section>
  );
}

function Buttons({
  conversation: { shown, done, looking, acting, maySend },
  close,
  confirmed,
}: {
  conversation: RedistributeDialogState;
  close: () => void;
  confirmed: boolean;
}) {
  const count = shown?.accepted ?? 0;
  if (done)
    return (
      <div className={dialog.buttons}>
        <Button onClick={close}>Done</Button>
      </div>
    );
  return (
    <div className={dialog.buttons}>
      <Button variant="default" onClick={close}>
        Cancel
      </Button>
      {shown ? (
        <Button type="submit" disabled={count === 0 || !confirmed} loading={acting}>
          Redistribute to {macs(count)}
        </Button>
      ) : (
        <Button type="submit" disabled={!maySend} loading={looking}>
          Preview
        </Button>
      )}
    </div>
  );
}
