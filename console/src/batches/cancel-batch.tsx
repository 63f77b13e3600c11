import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { Batch } from '../api/answers.js';
import { useCancelBatch } from '../api/batches.js';
import { useMayAct } from '../api/session.js';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import { ReasonForm } from '../components/actions/reason-form.js';
import { macs } from '../redistribute/in-words.js';
import { canBeStopped } from './state.js';

/**
 * Button that cancels a batch, with a dialog for the reason. Hidden when the batch has ended or the role of the
 * user does not allow it.
 */
export function CancelBatch({ batch }: { batch: Batch }) {
  const { id, left, opened, ended } = batch;
  const [asking, setAsking] = useState(false);
  const [also, setAlso] = useState(true);
  const mayAct = useMayAct();
  const cancel = useCancelBatch(id, { opened: also });
  if (!mayAct || (!canBeStopped(batch) && !asking)) return null;
  const close = () => setAsking(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        Cancel batch
      </Button>
      <ReasonDialog opened={asking} close={close} title="Cancel batch">
        <ReasonForm
          note={`${macs(left)} not started yet ${left === 1 ? 'is' : 'are'} skipped. Verified renewals are kept. A command that a Mac has already received cannot be recalled.`}
          say="Cancel batch"
          grave
          work={cancel}
          close={close}
        >
          <Checkbox
            label={`Also cancel ${(opened - ended).toLocaleString()} renewals in progress`}
            description="If not selected, these renewals continue."
            checked={also}
            onChange={(event) => setAlso(event.currentTarget.checked)}
          />
        </ReasonForm>
      </ReasonDialog>
    </>
  );
}
