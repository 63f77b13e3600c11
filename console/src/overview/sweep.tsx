import { Button } from '@mantine/core';
import { IconRadar } from '@tabler/icons-react';
import { useSweep } from '../api/control.js';
import { useMayAct } from '../api/session.js';
import classes from './rails.module.css';

/** Has Recert look for what no webhook told, now. It only reads, so it needs no reason. */
export function Sweep({ instance }: { instance: string }) {
  const mayAct = useMayAct();
  const sweep = useSweep(instance);
  if (!mayAct) return null;
  return (
    <div className={classes.act}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconRadar size={15} stroke={1.8} aria-hidden />}
        loading={sweep.isPending}
        onClick={() => sweep.mutate('changed')}
      >
        Look for changes now
      </Button>
      <span role="status" className={classes.said}>
        {sweep.isSuccess ? 'Asked for.' : (sweep.error?.message ?? '')}
      </span>
    </div>
  );
}
