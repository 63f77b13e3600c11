import { Button, TextInput } from '@mantine/core';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { Link } from 'wouter';
import { AskDialog } from '../parts/ask-dialog.js';
import dialog from '../parts/dialog.module.css';
import { Progress } from '../parts/progress.js';
import { ReasonField } from '../parts/reason-field.js';
import { LEAST_REASON } from '../parts/reason.js';
import { Trouble } from '../parts/trouble.js';
import type { Wish } from './bulk.js';
import classes from './many.module.css';
import { PAST_NONE, PastRails } from './rails.js';
import { Preview } from './preview.js';
import { type Bulk, useBulk } from './use-bulk.js';

/** From so many Macs on their number is typed before anything is sent. */
const MANY = 10;

interface Asked {
  instance: string;
  profile: string;
  /** Ids of the Macs. */
  ids: readonly string[];
  /** Who they are, such as *all Macs that are overdue*. */
  whom: ReactNode;
  close: () => void;
}

/** Redistributing to many as a conversation: whom, why, what would happen, how many, progress. */
export function RedistributeMany({ opened, ...asked }: Asked & { opened: boolean }) {
  const count = asked.ids.length;
  return (
    <AskDialog opened={opened} close={asked.close} title={`Redistribute ${asked.profile} to ${macs(count)}`}>
      <Conversation {...asked} />
    </AskDialog>
  );
}

/** `1 Mac`, `20 Macs`. */
function macs(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'Mac' : 'Macs'}`;
}

function Conversation({ instance, profile, ids, whom, close }: Asked) {
  const [reason, setReason] = useState('');
  const [past, setPast] = useState(PAST_NONE);
  const [typed, setTyped] = useState('');
  const bulk = useBulk(ids);
  const { stage, preview } = bulk;
  const wish: Wish = { instance, profile, reason: reason.trim(), ...past };
  const count = preview.accepted.length;
  const many = count >= MANY;
  const confirmed = !many || typed.replace(/[\s.,’']/gu, '') === String(count);
  const change = (apply: () => void) => {
    apply();
    setTyped('');
    bulk.reset();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (stage === 'asking' && reason.trim().length >= LEAST_REASON) bulk.lookBefore(wish);
    else if ((stage === 'previewed' || stage === 'stopped') && count > 0 && confirmed) bulk.act(wish);
  };
  const begun = stage === 'acting' || stage === 'stopped' || stage === 'done';
  return (
    <form onSubmit={submit} className={dialog.form}>
      <p className={classes.whom}>{whom}</p>
      <ReasonField
        placeholder="Ticket, who asked, what is wrong"
        disabled={begun}
        value={reason}
        change={(said) => change(() => setReason(said))}
      />
      <PastRails
        instance={instance}
        profile={profile}
        disabled={begun}
        past={past}
        change={(rails) => change(() => setPast(rails))}
      />
      {stage === 'previewing' && (
        <Progress share={bulk.share} says={`Looking at ${macs(ids.length)}: nothing is changed`} />
      )}
      {(stage === 'previewed' || begun) && <Preview tally={preview} wish={wish} looked={ids.length} />}
      {stage === 'previewed' && many && (
        <TextInput
          label={`Type ${count} to confirm`}
          description={`${macs(count)} get a new key and a new certificate.`}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {begun && <Acting bulk={bulk} />}
      <Trouble text={bulk.problem} />
      <Buttons bulk={bulk} close={close} ready={reason.trim().length >= LEAST_REASON} confirmed={confirmed} />
    </form>
  );
}

function Acting({ bulk: { stage, acted, preview, share } }: { bulk: Bulk }) {
  const opened = acted.accepted.length.toLocaleString();
  const of = preview.accepted.length.toLocaleString();
  return (
    <section className={classes.acting} aria-label="Progress">
      <Progress
        share={share}
        says={
          stage === 'stopped'
            ? `Stopped: ${opened} of ${of} were opened and go on`
            : `${opened} of ${of} opened`
        }
      />
      {acted.refused.map(({ reason, count, sentence }) => (
        <p key={reason} className={dialog.note}>
          {count.toLocaleString()} refused meanwhile: {sentence}
        </p>
      ))}
      {stage === 'acting' && <p className={dialog.note}>Closing this stops it, too.</p>}
      {stage === 'done' && (
        <p className={dialog.note}>
          They are sent as the caps allow. <Link href="/redistributions">Watch them</Link>
        </p>
      )}
    </section>
  );
}

function Buttons({
  bulk,
  close,
  ready,
  confirmed,
}: {
  bulk: Bulk;
  close: () => void;
  ready: boolean;
  confirmed: boolean;
}) {
  const count = bulk.preview.accepted.length;
  switch (bulk.stage) {
    case 'asking':
    case 'previewing':
      return (
        <div className={dialog.buttons}>
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" disabled={!ready} loading={bulk.stage === 'previewing'}>
            Preview
          </Button>
        </div>
      );
    case 'previewed':
      return (
        <div className={dialog.buttons}>
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" disabled={count === 0 || !confirmed}>
            Redistribute to {macs(count)}
          </Button>
        </div>
      );
    case 'acting':
      return (
        <div className={dialog.buttons}>
          <Button color="red" onClick={bulk.stop}>
            Stop here
          </Button>
        </div>
      );
    case 'stopped':
      return (
        <div className={dialog.buttons}>
          <Button variant="default" onClick={close}>
            Leave it at that
          </Button>
          <Button type="submit">Go on</Button>
        </div>
      );
    case 'done':
      return (
        <div className={dialog.buttons}>
          <Button onClick={close}>Done</Button>
        </div>
      );
  }
}
