import type { Response } from 'express';
import type { LiveBatch } from '../../store/live/stream.js';
import type { LiveHub } from './hub.js';

/** What one connection is made of. */
export interface LiveConnection {
  hub: LiveHub;
  /** Id of the last event that the client has seen, `null` when it comes anew. */
  after: string | null;
  /** Which Jamf Pro servers it may hear of. */
  mayHear: (instance: string) => boolean;
  /** Whether who asked is still signed in. Asked with every beat, and whenever somebody has signed out. */
  stillSignedIn: () => Promise<boolean>;
  /** Ends by itself after this time, milliseconds. */
  forMs?: number | undefined;
  /** How often something is sent when nothing happens, milliseconds: proxies and browsers see that the connection lives. */
  beatMs?: number | undefined;
}

const BEAT_MS = 15_000;
/** A client that has not taken so many bytes is let go: it connects again and hears what it missed, or to reload. */
const MOST_BEHIND = 256 * 1024;

/**
 * Answers with server-sent events until the client leaves, signs out, falls behind, or the process stops.
 *
 * @throws what Redis throws, before anything was sent.
 */
export async function serveLive(
  response: Response,
  { hub, after, mayHear, stillSignedIn, forMs, beatMs = BEAT_MS }: LiveConnection,
): Promise<void> {
  const closed = new Promise<void>((resolve) => response.once('close', resolve));

  function write(text: string): void {
    if (response.writableEnded) return;
    if (!response.headersSent) begin(response);
    response.write(text);
    if (response.writableLength > MOST_BEHIND) response.destroy();
  }

  async function look(): Promise<void> {
    // Who cannot be asked about stays: nothing secret is told here, and every answer of the API asks anew.
    if (await stillSignedIn().catch(() => true)) return;
    write('event: signed-out\ndata: {}\n\n');
    response.end();
  }

  const leave = await hub.join(
    {
      hear(batches) {
        for (const batch of batches) write(textOf(batch, mayHear));
        if (batches.some(({ changes }) => changes.some(({ topic }) => topic === 'credentials'))) void look();
      },
      reload: (id) => write(`id: ${id}\nevent: reload\ndata: {}\n\n`),
      end: () => response.end(),
    },
    after,
  );
  const beat = setInterval(() => {
    write(':\n\n');
    void look();
  }, beatMs);
  const end = forMs === undefined ? undefined : setTimeout(() => response.end(), forMs);
  if (response.req.method === 'HEAD' || response.destroyed) response.end();
  else write(':\n\n');
  await closed;
  clearInterval(beat);
  clearTimeout(end);
  leave();
}

function begin(response: Response): void {
  // `no`: nginx would keep the events until its buffer is full.
  response.set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  response.write('retry: 3000\n\n');
}

/** The id alone when there is nothing in it for this client: it has seen it all the same. */
function textOf({ id, changes }: LiveBatch, mayHear: (instance: string) => boolean): string {
  const heard = changes.filter(
    ({ topic, instance }) => topic !== 'credentials' && (instance === null || mayHear(instance)),
  );
  if (heard.length === 0) return `id: ${id}\n\n`;
  return `id: ${id}\nevent: change\ndata: ${JSON.stringify({ changes: heard })}\n\n`;
}
