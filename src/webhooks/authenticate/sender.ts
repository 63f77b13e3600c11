import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** The parts of a request that authentication uses. An Express request has them. */
export interface Sender {
  headers: IncomingHttpHeaders;
  socket: Socket;
  /** IP address of the client. Behind proxies in `http.trustProxy`, the address that they forward. */
  ip?: string | undefined;
}

/** An authentication method for webhooks. */
export interface Proof {
  /** Checks a request before the body is read. */
  accepts: (sender: Sender) => boolean;
  /** Checks the raw body; `null` for methods that do not use the body. */
  acceptsBody: ((headers: IncomingHttpHeaders, body: Buffer) => boolean) | null;
  /** Why the request was rejected, for the log. Must not contain a value that was sent. */
  explain: (sender: Sender) => string;
}
