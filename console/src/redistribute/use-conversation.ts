import { useState } from 'react';
import type { RedistributeRequest, Whom } from '../api/answers.js';
import { ApiProblem } from '../api/ask.js';
import { usePreview, useRedistribute } from '../api/queries.js';
import { LEAST_REASON } from '../parts/reason.js';
import { type Past, PAST_NONE } from './rails.js';

/** What is asked for before anybody says why. */
export interface Asked {
  instance: string;
  profile: string;
  whom: Whom;
}

/** Asking for redistributions: why, what would happen, and doing just that. What is changed after a preview needs another one. */
export function useConversation({ instance, profile, whom }: Asked) {
  const [reason, setReason] = useState('');
  const [past, setPast] = useState(PAST_NONE);
  // One decision, one key: pressed twice, or sent again after a lost answer, it is done once.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const preview = usePreview();
  const redistribute = useRedistribute();
  const request: RedistributeRequest = { instance, profile, reason: reason.trim(), ...past, ...whom };
  const begin = () => {
    preview.reset();
    redistribute.reset();
    setKey(crypto.randomUUID());
  };
  // What was shown is not what would happen any more: more match by now, or none can be redistributed.
  const outdated = redistribute.error instanceof ApiProblem && redistribute.error.status === 409;
  return {
    reason,
    past,
    say: (said: string) => {
      begin();
      setReason(said);
    },
    goPast: (rails: Past) => {
      begin();
      setPast(rails);
    },
    /** What would happen, once it was looked at. */
    shown: outdated ? undefined : preview.data,
    maySend: reason.trim().length >= LEAST_REASON,
    looking: preview.isPending,
    acting: redistribute.isPending,
    done: redistribute.data,
    problem: preview.error ?? redistribute.error,
    look: () => {
      begin();
      preview.mutate(request);
    },
    /** Does what was shown, and nothing when it has become more than that. */
    act: (then: (answer: NonNullable<typeof redistribute.data>) => void) => {
      const most = Math.max(1, preview.data?.accepted ?? 0);
      redistribute.mutate({ request: { ...request, most }, key }, { onSuccess: then });
    },
  };
}

export type Conversation = ReturnType<typeof useConversation>;
