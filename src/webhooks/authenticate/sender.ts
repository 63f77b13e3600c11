import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** Whoever sends a webhook. Express's request is one. */
export interface Sender {
  headers: IncomingHttpHeaders;
  socket: Socket;
  /** Address of the client: behind proxies of `http.trustProxy` that which they tell. */
  ip?: string | undefined;
}

/** One check. What takes time to make is made once, at start. */
export interface Proof {
  /** Judged before the body is read. */
  accepts: (sender: Sender) => boolean;
  /** Judged over the body as it came; `null` where the body proves nothing. */
  acceptsBody: ((headers: IncomingHttpHeaders, body: Buffer) => boolean) | null;
  /** Why it was refused, for operators: costs what it wants, and never holds what was sent. */
  explain: (sender: Sender) => string;
}
