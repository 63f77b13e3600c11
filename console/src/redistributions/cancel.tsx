import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RedistributionDetail } from '../api/answers.js';
import { useCancel } from '../api/queries.js';
import { useMayAct } from '../api/session.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { ReasonForm } from '../parts/reason-form.js';

/** Stops a redistribution, with a reason; nothing where there is nothing to stop or nobody who may. */
export function Cancel({ redistribution }: { redistribution: RedistributionDetail }) {
  const { id, state, closedAt, cancelRequest } = redistribution;
  const [asking, setAsking] = useState(false);
  const mayAct = useMayAct();
  const cancel = useCancel(id);
  const over = closedAt !== null || state === 'verified' || state === 'cancelled';
  if (over || cancelRequest || !mayAct) return null;
  const close = () => setAsking(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        Cancel it
      </Button>
      <AskDialog opened={asking} close={close} title="Cancel this redistribution">
        <ReasonForm
          note="Nothing more is sent, and the groups in Jamf are put back. A command that the Mac already has cannot be taken back."
          say="Cancel the redistribution"
          grave
          work={cancel}
          close={close}
        />
      </AskDialog>
    </>
  );
}
