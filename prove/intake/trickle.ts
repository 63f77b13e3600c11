import { connect } from 'node:net';
import type { IntakeEnvironment } from './environment.js';

/** Behavior of a sender that never completes its request. */
type Behavior = 'nothing' | 'partial header' | 'one byte per second' | 'disconnect';

/** Result for senders that were slow or disconnected. */
export interface Trickled {
  senders: number;
  /** Connections that the receiver had not closed in time. */
  left: number;
  longestMs: number;
}

const BEHAVIORS: readonly Behavior[] = ['nothing', 'partial header', 'one byte per second', 'disconnect'];

/**
 * Opens connections that send nothing, half a header or one byte per second, or that disconnect during the body.
 * Waits until all connections are closed.
 */
export async function trickle(
  environment: IntakeEnvironment,
  senders: number,
  withinMs: number,
): Promise<Trickled> {
  const ends = await Promise.all(
    Array.from({ length: senders }, (_, index) =>
      openOne(environment, BEHAVIORS[index % BEHAVIORS.length] ?? 'nothing', withinMs),
    ),
  );
  const ended = ends.filter((end) => end !== null);
  return { senders, left: ends.length - ended.length, longestMs: Math.max(0, ...ended) };
}

/**
 * Returns how long the connection was open, milliseconds; `null` if the receiver did not close it within `withinMs`.
 */
function openOne(
  { address, headers }: IntakeEnvironment,
  behavior: Behavior,
  withinMs: number,
): Promise<number | null> {
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
    const timeout = setTimeout(() => {
      resolve(null);
      socket.destroy();
    }, withinMs);
    const drip = setInterval(() => {
      if (behavior === 'one byte per second' && socket.writable) socket.write('{');
    }, 1_000);
    socket.on('error', () => undefined);
    // The response is not needed, but it must be read for the close event to occur.
    socket.resume();
    socket.on('close', () => {
      clearTimeout(timeout);
      clearInterval(drip);
      resolve(performance.now() - startedAt);
    });
    socket.on('connect', () => {
      if (behavior === 'partial header') socket.write(head.slice(0, 40));
      if (behavior === 'one byte per second') socket.write(`${head}\r\n\r\n`);
      if (behavior === 'disconnect') socket.write(`${head}\r\n\r\n{"webhook":`, () => socket.destroy());
    });
  });
}
