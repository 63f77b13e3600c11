import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Change, concerns } from './concerns.js';
import { heardLive, heardNothing } from './client/poll.js';

/** Changes are collected for this time before queries refresh, so that a wave of 100 Macs causes one refresh a second, not 100. */
const COLLECT_MS = 1_000;
/** Reconnect delay after an error that EventSource does not retry: a response that is not a stream (signed out, too many connections). */
const RECONNECT_MS = 10_000;

const EVERYTHING: Change = { topic: 'everything', instance: null };

/**
 * Refreshes the queries that the receiver reports as changed, for all components that use a query. Connected only while the tab is visible.
 * Without a connection, queries poll at the shorter interval (poll.ts).
 */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => listenWhileVisible(client), [client]);
}

function listenWhileVisible(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const changes = collectChanges(client);

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
      // Refresh now: otherwise queries keep the long interval, and the page shows the lost connection only after 30 seconds.
      if (heardNothing()) changes.add([EVERYTHING]);
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      retry = setTimeout(open, RECONNECT_MS);
    });
  }

  function close(): void {
    clearTimeout(retry);
    source?.close();
    source = null;
    heardNothing();
  }

  // Browsers allow six HTTP/1.1 connections per server across all tabs: a hidden tab must not hold a connection.
  const followVisibility = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', followVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', followVisibility);
    changes.stop();
    close();
  };
}

/** A list with more pages than this is refreshed on its own interval only: a refresh reads all of its pages one after another. */
const MOST_LIVE_PAGES = 4;

function isLong(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('pages' in data)) return false;
  return Array.isArray(data.pages) && data.pages.length > MOST_LIVE_PAGES;
}

/** Collects changes and refreshes the affected queries at most once in `COLLECT_MS`. */
function collectChanges(client: QueryClient): {
  add: (changes: readonly Change[]) => void;
  stop: () => void;
} {
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
          // The session is not refreshed here: an ended session shows as 401 on the next query.
          predicate: ({ queryKey, state }) =>
            queryKey[0] !== 'who' && !isLong(state.data) && changed.some((one) => concerns(one, queryKey)),
        });
      }, COLLECT_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
