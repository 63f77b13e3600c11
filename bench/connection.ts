import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';

/** A kept-alive HTTP connection that does as little as possible, so that one core of load is enough for one core of server. */
export interface Connection {
  /** Sends a whole request; `done` gets the status of the answer, or 0 when the connection ended first. One at a time. */
  send(request: Buffer, done: (status: number) => void): void;
  close(): void;
}

/** @throws what connecting throws */
export async function connect(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let waiting: ((status: number) => void) | null = null;
  let held: Buffer | null = null;

  const settle = (status: number) => {
    const done = waiting;
    waiting = null;
    done?.(status);
  };
  socket.on('data', (chunk: Buffer) => {
    const data: Buffer = held ? Buffer.concat([held, chunk]) : chunk;
    const status = statusOf(data);
    held = status === null ? data : null;
    if (status !== null) settle(status);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => settle(0));
  return {
    send(request, done) {
      waiting = done;
      if (socket.destroyed) settle(0);
      else socket.write(request);
    },
    close: () => socket.destroy(),
  };
}

/** Status of an answer with a `Content-Length`, `null` while it is not complete. */
export function statusOf(data: Buffer): number | null {
  const headEnd = data.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = data.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('an answer without Content-Length');
  return data.length < headEnd + 4 + Number(length) ? null : Number(head.slice(9, 12));
}
