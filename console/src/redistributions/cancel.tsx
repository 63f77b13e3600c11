import { Button, Modal, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { RedistributionDetail } from '../api/answers.js';
import { useCancel } from '../api/queries.js';
import { useMayAct } from '../api/session.js';
import dialog from '../parts/dialog.module.css';
import { LEAST_REASON } from '../parts/reason.js';

/** Stops a redistribution, with a reason; nothing where there is nothing to stop or nobody who may. */
export function Cancel({ redistribution }: { redistribution: RedistributionDetail }) {
  const { id, state, closedAt, cancelRequest } = redistribution;
  const [asking, setAsking] = useState(false);
  const mayAct = useMayAct();
  const over = closedAt !== null || state === 'verified' || state === 'cancelled';
  if (over || cancelRequest || !mayAct) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        Cancel it
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title="Cancel this redistribution"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Conversation id={id} close={() => setAsking(false)} />
      </Modal>
    </>
  );
}

function Conversation({ id, close }: { id: string; close: () => void }) {
  const [reason, setReason] = useState('');
  const cancel = useCancel(id);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    cancel.mutate(reason.trim(), { onSuccess: close });
  };
  return (
    <form onSubmit={submit} className={dialog.form}>
      <Textarea
        label="Reason"
        description="Kept in the audit trail, with your name."
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <p className={dialog.note}>
        Nothing more is sent, and the groups in Jamf are put back. A command that the Mac already has cannot
        be taken back.
      </p>
      {cancel.error && (
        <p role="alert" className={dialog.problem}>
          {cancel.error.message}
        </p>
      )}
      <div className={dialog.buttons}>
        <Button variant="default" onClick={close}>
          Leave it
        </Button>
        <Button
          type="submit"
          color="red"
          disabled={reason.trim().length < LEAST_REASON}
          loading={cancel.isPending}
        >
          Cancel the redistribution
        </Button>
      </div>
    </form>
  );
}
