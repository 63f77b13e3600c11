import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';

/** A keep-alive HTTP connection with minimal overhead: one core of load generator must be able to saturate one core of server. */
export interface Connection {
  /** Sends a complete request. `done` gets the response status, or 0 if the connection closes first. One request at a time. */
  send(request: Buffer, done: (status: number) => void): void;
  close(): void;
}

/** Opens a connection to the host and port of `url`. @throws the error of the socket */
export async function connect(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let waiting: ((status: number) => void) | null = null;
  let buffered: Buffer | null = null;

  const complete = (status: number) => {
    const done = waiting;
    waiting = null;
    done?.(status);
  };
  socket.on('data', (chunk: Buffer) => {
    const data: Buffer = buffered ? Buffer.concat([buffered, chunk]) : chunk;
    const status = statusOf(data);
    buffered = status === null ? data : null;
    if (status !== null) complete(status);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => complete(0));
  return {
    send(request, done) {
      waiting = done;
      if (socket.destroyed) complete(0);
      else socket.write(request);
    },
    close: () => socket.destroy(),
  };
}

/** Status of a response with `Content-Length`; `null` while the response is incomplete. @throws Error without that header */
export function statusOf(data: Buffer): number | null {
  const headEnd = data.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = data.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('The response has no Content-Length');
  return data.length < headEnd + 4 + Number(length) ? null : Number(head.slice(9, 12));
}
