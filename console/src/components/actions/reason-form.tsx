import { Button } from '@mantine/core';
import { type ReactNode, useState, type SyntheticEvent } from 'react';
import dialog from '../layout/dialog.module.css';
import { ReasonField } from './reason-field.js';
import { MIN_REASON_LENGTH } from './reason.js';
import { Trouble } from '../feedback/trouble.js';

/** Form for an action that needs a reason but no preview. */
export function ReasonForm({
  note,
  say,
  grave = false,
  children,
  work: { mutate, isPending, error },
  close,
}: {
  /** Text that describes what the action does. */
  note: ReactNode;
  /** Label of the button that performs the action. */
  say: string;
  grave?: boolean;
  /** Further input fields. */
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
          Cancel
        </Button>
        <Button
          type="submit"
          {...(grave ? { color: 'red' } : {})}
          disabled={reason.trim().length < MIN_REASON_LENGTH}
          loading={isPending}
        >
          {say}
        </Button>
      </div>
    </form>
  );
}
