import { useState } from 'react';
import type { RedistributeRequest, Whom } from '../api/answers.js';
import { ApiProblem } from '../api/client/request.js';
import { usePreview, useRedistribute } from '../api/queries.js';
import { MIN_REASON_LENGTH } from '../components/actions/reason.js';
import { type LimitOverrides, NO_OVERRIDES } from './safety-limits.js';

/** A redistribution request without its reason, which the user enters in the dialog. */
export interface RequestOptions {
  instance: string;
  profile: string;
  whom: Whom;
}

/**
 * State of a redistribution dialog: reason, preview, request. A change of the input discards the preview, so the
 * user must request another preview.
 */
export function useRedistributeDialog({ instance, profile, whom }: RequestOptions) {
  const [reason, setReason] = useState('');
  const [past, setPast] = useState(NO_OVERRIDES);
  // Idempotency key of this request. A second click, or a retry after a lost response, does not execute the
  // request again.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const preview = usePreview();
  const redistribute = useRedistribute();
  const request: RedistributeRequest = { instance, profile, reason: reason.trim(), ...past, ...whom };
  const begin = () => {
    preview.reset();
    redistribute.reset();
    setKey(crypto.randomUUID());
  };
  // The status 409 means that the preview is outdated: more Macs match now, or no Mac of the request can be
  // redistributed.
  const outdated = redistribute.error instanceof ApiProblem && redistribute.error.status === 409;
  return {
    reason,
    past,
    say: (said: string) => {
      begin();
      setReason(said);
    },
    goPast: (rails: LimitOverrides) => {
      begin();
      setPast(rails);
    },
    /** The preview, after it is loaded and while it is up to date. */
    shown: outdated ? undefined : preview.data,
    maySend: reason.trim().length >= MIN_REASON_LENGTH,
    looking: preview.isPending,
    acting: redistribute.isPending,
    done: redistribute.data,
    problem: preview.error ?? redistribute.error,
    look: () => {
      begin();
      preview.mutate(request);
    },
    /** Sends the request. The server refuses it if it would affect more Macs than the preview showed. */
    act: (then: (answer: NonNullable<typeof redistribute.data>) => void) => {
      const most = Math.max(1, preview.data?.accepted ?? 0);
      redistribute.mutate({ request: { ...request, most }, key }, { onSuccess: then });
    },
  };
}

export type RedistributeDialogState = ReturnType<typeof useRedistributeDialog>;
