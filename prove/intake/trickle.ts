import { connect } from 'node:net';
import type { Place } from './place.js';

/** How a sender behaves that will never be done. */
type Manner = 'nothing' | 'half a header' | 'a byte a second' | 'cut off';

/** What became of slow senders and of those that went away. */
export interface Trickled {
  senders: number;
  /** Whom the receiver had not cut off in time. */
  left: number;
  longestMs: number;
}

const MANNERS: readonly Manner[] = ['nothing', 'half a header', 'a byte a second', 'cut off'];

/** Opens so many connections that send nothing, half, a byte a second, or go away in the middle; waits until all have ended. */
export async function trickle(place: Place, senders: number, withinMs: number): Promise<Trickled> {
  const ends = await Promise.all(
    Array.from({ length: senders }, (_, index) =>
      openOne(place, MANNERS[index % MANNERS.length] ?? 'nothing', withinMs),
    ),
  );
  const ended = ends.filter((end) => end !== null);
  return { senders, left: ends.length - ended.length, longestMs: Math.max(0, ...ended) };
}

/** How long the connection lived, milliseconds; `null` when it lived on beyond the time. */
function openOne({ address, headers }: Place, manner: Manner, withinMs: number): Promise<number | null> {
  const startedAt = performance.now();
  const head = [
    `POST ${address.pathname} HTTP/1.1`,
    `Host: ${address.host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/json',
    'Content-Length: 900',
  ].join('\r\n');
  return new Promise((resolve) => {
    const socket = connect(Number(address.port), address.hostname);
    const patience = setTimeout(() => {
      resolve(null);
      socket.destroy();
    }, withinMs);
    const dribble = setInterval(() => {
      if (manner === 'a byte a second' && socket.writable) socket.write('{');
    }, 1_000);
    socket.on('error', () => undefined);
    // What is answered is not looked at, but must be read for the end to be seen.
    socket.resume();
    socket.on('close', () => {
      clearTimeout(patience);
      clearInterval(dribble);
      resolve(performance.now() - startedAt);
    });
    socket.on('connect', () => {
      if (manner === 'half a header') socket.write(head.slice(0, 40));
      if (manner === 'a byte a second') socket.write(`${head}\r\n\r\n`);
      if (manner === 'cut off') socket.write(`${head}\r\n\r\n{"webhook":`, () => socket.destroy());
    });
  });
}
