import type { Response } from 'express';
import type { LiveBatch } from '../../store/live/stream.js';
import type { LiveHub } from './hub.js';

/** Settings of one connection for live updates (server-sent events). */
export interface LiveConnection {
  hub: LiveHub;
  /** ID of the last event that the client has received (`Last-Event-ID`); `null` for a new client. */
  after: string | null;
  /** Whether the client may see events of a Jamf Pro server. */
  mayHear: (instance: string) => boolean;
  /**
   * Whether the user is still signed in. The function is called with every heartbeat, and when any session or token
   * ends.
   */
  stillSignedIn: () => Promise<boolean>;
  /** The connection is closed after this time, milliseconds. */
  forMs?: number | undefined;
  /** Interval of the heartbeats, milliseconds. Heartbeats keep proxies and browsers from closing an idle connection. */
  beatMs?: number | undefined;
}

const BEAT_MS = 15_000;
/**
 * Number of unsent bytes above which a slow client is disconnected. The client reconnects and receives the missed
 * events, or `reload`.
 */
const MAX_BUFFERED_BYTES = 256 * 1024;

/**
 * Sends server-sent events until the client disconnects, signs out or becomes too slow, or the process stops.
 * @throws the error of Redis if Redis fails before the response starts.
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
    if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
  }

  async function checkSignIn(): Promise<void> {
    // If the check fails (Redis is down), the connection stays open: the events contain nothing secret, and every
    // API request is authenticated separately.
    if (await stillSignedIn().catch(() => true)) return;
    write('event: signed-out\ndata: {}\n\n');
    response.end();
  }

  const leave = await hub.join(
    {
      hear(batches) {
        for (const batch of batches) write(textOf(batch, mayHear));
        if (batches.some(({ changes }) => changes.some(({ topic }) => topic === 'credentials')))
          void checkSignIn();
      },
      reload: (id) => write(`id: ${id}\nevent: reload\ndata: {}\n\n`),
      end: () => response.end(),
    },
    after,
  );
  const beat = setInterval(() => {
    write(':\n\n');
    void checkSignIn();
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
  // Without the header X-Accel-Buffering, nginx delays events until its buffer is full.
  response.set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  response.write('retry: 3000\n\n');
}

/**
 * Formats an event as text. If the client may see none of the changes, only the ID is sent, so the `Last-Event-ID`
 * of the client advances.
 */
function textOf({ id, changes }: LiveBatch, mayHear: (instance: string) => boolean): string {
  const visible = changes.filter(
    ({ topic, instance }) => topic !== 'credentials' && (instance === null || mayHear(instance)),
  );
  if (visible.length === 0) return `id: ${id}\n\n`;
  return `id: ${id}\nevent: change\ndata: ${JSON.stringify({ changes: visible })}\n\n`;
}
