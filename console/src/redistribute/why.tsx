import { ReasonField } from '../components/actions/reason-field.js';
import { SafetyLimitOverrides } from './safety-limits.js';
import type { RequestOptions, RedistributeDialogState } from './use-conversation.js';

/** Input fields for the reason and for the safety limits that the request can override. */
export function Why({
  conversation: { reason, say, past, goPast, acting, done },
  asked: { instance, profile },
}: {
  conversation: RedistributeDialogState;
  asked: RequestOptions;
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
      <SafetyLimitOverrides
        instance={instance}
        profile={profile}
        disabled={disabled}
        past={past}
        change={goPast}
      />
    </>
  );
}
