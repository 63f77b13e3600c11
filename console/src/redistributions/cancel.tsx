import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RedistributionDetail } from '../api/answers.js';
import { useCancel } from '../api/queries.js';
import { useMayAct } from '../api/session.js';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import { ReasonForm } from '../components/actions/reason-form.js';

/**
 * Button that cancels a redistribution, with a dialog for the reason. Hidden when the redistribution has ended or
 * the role of the user does not allow it.
 */
export function Cancel({ redistribution }: { redistribution: RedistributionDetail }) {
  const { id, state, closedAt, cancelRequest } = redistribution;
  const [asking, setAsking] = useState(false);
  const mayAct = useMayAct();
  const cancel = useCancel(id);
  const ended = closedAt !== null || state === 'verified' || state === 'cancelled';
  if (ended || cancelRequest || !mayAct) return null;
  const close = () => setAsking(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        Cancel redistribution
      </Button>
      <ReasonDialog opened={asking} close={close} title="Cancel redistribution">
        <ReasonForm
          note="Recert sends nothing more, and reverts its group changes in Jamf Pro. A command that the Mac has already received cannot be recalled."
          say="Cancel redistribution"
          grave
          work={cancel}
          close={close}
        />
      </ReasonDialog>
    </>
  );
}
