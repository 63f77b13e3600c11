import { ReasonField } from '../parts/reason-field.js';
import { PastRails } from './rails.js';
import type { Asked, Conversation } from './use-conversation.js';

/** The reason, and the rails that a person may go past with it. */
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
        placeholder="Ticket, who asked, what is wrong"
        disabled={disabled}
        value={reason}
        change={say}
      />
      <PastRails instance={instance} profile={profile} disabled={disabled} past={past} change={goPast} />
    </>
  );
}
