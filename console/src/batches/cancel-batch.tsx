import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { Batch } from '../api/answers.js';
import { useCancelBatch } from '../api/batches.js';
import { useMayAct } from '../api/session.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { ReasonForm } from '../parts/reason-form.js';
import { macs } from '../redistribute/in-words.js';
import { canBeStopped } from './state.js';

/** Stops a request for many, with a reason; nothing where there is nothing to stop or nobody who may. */
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
        Cancel it
      </Button>
      <AskDialog opened={asking} close={close} title="Cancel this request">
        <ReasonForm
          note={`${macs(left)} not opened yet ${left === 1 ? 'is' : 'are'} left alone. What is proven stays; a command that a Mac already has cannot be taken back.`}
          say="Cancel the request"
          grave
          work={cancel}
          close={close}
        >
          <Checkbox
            label={`Also cancel the ${(opened - ended).toLocaleString()} that are open`}
            description="Otherwise they go on."
            checked={also}
            onChange={(event) => setAlso(event.currentTarget.checked)}
          />
        </ReasonForm>
      </AskDialog>
    </>
  );
}
