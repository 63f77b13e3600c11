import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Change, concerns } from './concerns.js';
import { heardLive, heardNothing } from './client/poll.js';

/**
 * Changes are collected for this time before queries are repeated, milliseconds. A wave of 100 Macs then causes
 * one repetition per second and not 100.
 */
const COLLECT_MS = 1_000;
/**
 * Wait before connecting again after an error that EventSource does not handle itself: a response that is not a
 * stream (signed out, too many connections). Milliseconds.
 */
const RECONNECT_MS = 10_000;

const EVERYTHING: Change = { topic: 'everything', instance: null };

/**
 * Listens to live changes and repeats the queries that a change affects, in all components that use them.
 * Connected only while the tab is visible. Without a connection, queries are repeated at the shorter interval
 * (poll.ts).
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
      // All queries are repeated now. Otherwise they would keep the long interval, and the page would show only
      // after 30 seconds that the connection is lost.
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

  // Browsers allow six HTTP/1.1 connections per server for all tabs together, so a hidden tab must not keep a
  // connection.
  const followVisibility = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', followVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', followVisibility);
    changes.stop();
    close();
  };
}

/**
 * Maximum number of loaded pages with which a list is read again after a change. A longer list is read again only at
 * its interval, because all of its pages must be read one after another.
 */
const MOST_LIVE_PAGES = 4;

function isLong(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('pages' in data)) return false;
  return Array.isArray(data.pages) && data.pages.length > MOST_LIVE_PAGES;
}

/** Collects changes and repeats the affected queries at most once in `COLLECT_MS`. */
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
          // The query of the session is not repeated. If the session has ended, the next other query receives the
          // status 401.
          predicate: ({ queryKey, state }) =>
            queryKey[0] !== 'who' && !isLong(state.data) && changed.some((one) => concerns(one, queryKey)),
        });
      }, COLLECT_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
