import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Change, concerns } from './concerns.js';
import { heardLive, heardNothing } from './poll.js';

/** Changes gather so long before pages read again: a wave of a hundred Macs is one look a second, not a hundred. */
const GATHER_MS = 1_000;
/** A browser gives up on an answer that is no stream (signed out, too many); it is tried again after this time. */
const AGAIN_MS = 10_000;

const EVERYTHING: Change = { topic: 'everything', instance: null };

/**
 * Keeps everything that is shown as it is now, while the page is seen: reads again what the receiver says has changed. Whatever uses a
 * query is live by it, with nothing to do. While there is no connection pages poll, as they do without it.
 */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => listenWhileSeen(client), [client]);
}

function listenWhileSeen(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const changes = gather(client);

  function open(): void {
    clearTimeout(retry);
    if (source || document.hidden) return;
    source = new EventSource('/api/v1/live');
    source.addEventListener('reload', () => {
      heardLive();
      changes.add([EVERYTHING]);
    });
    source.addEventListener('change', ({ data }: MessageEvent<string>) =>
      changes.add((JSON.parse(data) as { changes: Change[] }).changes),
    );
    source.addEventListener('signed-out', () => {
      close();
      void client.invalidateQueries();
    });
    source.addEventListener('error', () => {
      // What is shown waits for its slow turn otherwise, and nobody would see for half a minute that the receiver is gone.
      if (heardNothing()) changes.add([EVERYTHING]);
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      retry = setTimeout(open, AGAIN_MS);
    });
  }

  function close(): void {
    clearTimeout(retry);
    source?.close();
    source = null;
    heardNothing();
  }

  // A browser has six connections to a server over HTTP/1.1 for all its tabs: one that is not seen must not hold one.
  const seen = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', seen);
  open();
  return () => {
    document.removeEventListener('visibilitychange', seen);
    changes.stop();
    close();
  };
}

/** A list of so many pages is read again at its own pace only: all of its pages are, one after the other. */
const MOST_LIVE_PAGES = 4;

function isLong(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('pages' in data)) return false;
  return Array.isArray(data.pages) && data.pages.length > MOST_LIVE_PAGES;
}

/** Reads again at most once in `GATHER_MS` what changed. */
function gather(client: QueryClient): { add: (changes: readonly Change[]) => void; stop: () => void } {
  let pending: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    add(changes) {
      pending.push(...changes);
      timer ??= setTimeout(() => {
        timer = undefined;
        const changed = pending;
        pending = [];
        void client.invalidateQueries({
          // Who is signed in is noticed by the first refusal.
          predicate: ({ queryKey, state }) =>
            queryKey[0] !== 'who' && !isLong(state.data) && changed.some((one) => concerns(one, queryKey)),
        });
      }, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
