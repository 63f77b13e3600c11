import { Button, Textarea } from '@mantine/core';
import { type ReactNode, useState, type SyntheticEvent } from 'react';
import dialog from './dialog.module.css';
import { LEAST_REASON } from './reason.js';

/** Asks why, and does it. For what is done at once; what deserves a preview has a conversation of its own. */
export function ReasonForm({
  note,
  say,
  grave = false,
  children,
  work: { mutate, isPending, error },
  close,
}: {
  /** What will come of it. */
  note: ReactNode;
  /** What stands on the button. */
  say: string;
  grave?: boolean;
  /** More to choose. */
  children?: ReactNode;
  work: {
    mutate: (reason: string, options: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: Error | null;
  };
  close: () => void;
}) {
  const [reason, setReason] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    mutate(reason.trim(), { onSuccess: close });
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
      {children}
      <p className={dialog.note}>{note}</p>
      {error && (
        <p role="alert" className={dialog.problem}>
          {error.message}
        </p>
      )}
      <div className={dialog.buttons}>
        <Button variant="default" onClick={close}>
          Leave it
        </Button>
        <Button
          type="submit"
          {...(grave ? { color: 'red' } : {})}
          disabled={reason.trim().length < LEAST_REASON}
          loading={isPending}
        >
          {say}
        </Button>
      </div>
    </form>
  );
}
