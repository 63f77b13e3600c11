import { ReasonField } from '../components/reason-field.js';
import { PastRails } from './rails.js';
import type { Asked, Conversation } from './use-conversation.js';

/** Input for the reason, and the safety limits that the request can override. */
export function Why({
  conversation: { reason, say, past, goPast, acting, done },
  asked: { instance, profile },
}: {
  conversation: Conversation;
  asked: Asked;
}) {
  const disabled = acting || done !== undefined;
  return (
    <>
      <ReasonField
        placeholder="For example: INC-4711, locked out after logic board swap (requested by Jane)"
        disabled={disabled}
        value={reason}
        change={say}
      />
      <PastRails instance={instance} profile={profile} disabled={disabled} past={past} change={goPast} />
    </>
  );
}
