import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { useMayAct } from '../../api/session.js';
import classes from './refresh-now.module.css';

/**
 * Button that makes Recert read from Jamf Pro now, and shows the result of the request. The button asks for no
 * reason, because Recert changes nothing in Jamf Pro. Hidden for viewers.
 */
export function RefreshNow({
  icon: Sign,
  label,
  said,
  work: { isPending, isSuccess, error },
  ask,
}: {
  icon: Icon;
  label: string;
  /** Message that is shown after the request has succeeded. */
  said: string;
  work: { isPending: boolean; isSuccess: boolean; error: Error | null };
  ask: () => void;
}) {
  if (!useMayAct()) return null;
  return (
    <div className={classes.ask}>
      <Button
        size="xs"
        variant="default"
        leftSection={<Sign size={15} stroke={1.8} aria-hidden />}
        loading={isPending}
        onClick={ask}
      >
        {label}
      </Button>
      <span role="status" className={classes.said}>
        {isSuccess ? said : (error?.message ?? '')}
      </span>
    </div>
  );
}
