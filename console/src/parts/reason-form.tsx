import { Button } from '@mantine/core';
import { type ReactNode, useState, type SyntheticEvent } from 'react';
import dialog from './dialog.module.css';
import { ReasonField } from './reason-field.js';
import { LEAST_REASON } from './reason.js';
import { Trouble } from './trouble.js';

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
      <ReasonField value={reason} change={setReason} />
      {children}
      <p className={dialog.note}>{note}</p>
      <Trouble text={error?.message} />
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
