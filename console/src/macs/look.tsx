import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useLook } from '../api/macs.js';
import { useMayAct } from '../api/session.js';
import classes from './mac-page.module.css';

/** Has the Mac read from Jamf again, now. */
export function Look({ instance, id }: { instance: string; id: string }) {
  const mayAct = useMayAct();
  const look = useLook(instance, id);
  if (!mayAct) return null;
  return (
    <div className={classes.look}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconEye size={15} stroke={1.8} aria-hidden />}
        loading={look.isPending}
        onClick={() => look.mutate()}
      >
        Look again
      </Button>
      <span role="status" className={classes.said}>
        {look.isSuccess ? 'It is read from Jamf now.' : (look.error?.message ?? '')}
      </span>
    </div>
  );
}
