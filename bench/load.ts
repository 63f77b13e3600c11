import { setTimeout as wait } from 'node:timers/promises';
import { connect, type Connection } from './connection.js';
import { createRequest, type Format, type Request } from './webhook.js';

/** Result of one load phase. */
export interface LoadResult {
  /** `accepted`: responses with 202. `failed`: all other responses, and connections that closed. */
  accepted: number;
  failed: number;
  /** Duration of the phase, milliseconds. */
  tookMs: number;
  /** Latency of each request, milliseconds, unordered. */
  latenciesMs: number[];
}

interface Lane {
  connection: Connection;
  request: Request;
}

/** Connections to one server, each with its own request buffer. */
export interface Lanes {
  /** Closed loop: each connection sends its next request when the previous one has a response. `forMs`: milliseconds. */
  saturate(forMs: number): Promise<LoadResult>;
  /** Open loop: sends `count` requests at a constant rate, independent of the responses. */
  pace(load: { perSecond: number; count: number }): Promise<LoadResult>;
  close(): void;
}

/** Opens the connections of one load. @throws the error of a socket that does not connect */
export async function openLanes(url: string, format: Format, connections: number): Promise<Lanes> {
  const lanes: Lane[] = await Promise.all(
    Array.from({ length: connections }, async () => ({
      connection: await connect(url),
      request: createRequest(format),
    })),
  );
  return {
    saturate: (forMs) => saturate(lanes, forMs),
    pace: (load) => pace(lanes, load),
    close: () => lanes.forEach(({ connection }) => connection.close()),
  };
}

function emptyResult(): LoadResult {
  return { accepted: 0, failed: 0, tookMs: 0, latenciesMs: [] };
}

/** Sends the next webhook of a connection and records its status and the time since `fromAt`. */
function sendOne({ connection, request }: Lane, result: LoadResult, fromAt: number, then: () => void): void {
  request.next();
  connection.send(request.bytes, (status) => {
    result.latenciesMs.push(performance.now() - fromAt);
    if (status === 202) result.accepted += 1;
    else result.failed += 1;
    then();
  });
}

async function saturate(lanes: readonly Lane[], forMs: number): Promise<LoadResult> {
  const result = emptyResult();
  const startedAt = performance.now();
  const endAt = startedAt + forMs;
  await Promise.all(
    lanes.map(
      (lane) =>
        new Promise<void>((resolve) => {
          const sendNext = () => {
            const at = performance.now();
            if (at < endAt) sendOne(lane, result, at, sendNext);
            else resolve();
          };
          sendNext();
        }),
    ),
  );
  return { ...result, tookMs: performance.now() - startedAt };
}

/**
 * Open loop: requests that are due are sent once per millisecond. The latency of a request includes its wait for a free connection. It
 * excludes a late timer of this process, which the server does not cause.
 */
async function pace(
  lanes: readonly Lane[],
  { perSecond, count }: { perSecond: number; count: number },
): Promise<LoadResult> {
  const result = emptyResult();
  const free = [...lanes];
  const due: number[] = [];
  const startedAt = performance.now();
  let planned = 0;
  const sendDue = () => {
    while (due.length > 0) {
      const lane = free.pop();
      if (!lane) return;
      sendOne(lane, result, due.shift() ?? 0, () => {
        free.push(lane);
        sendDue();
      });
    }
  };
  while (result.latenciesMs.length < count) {
    const at = performance.now();
    const target = Math.min(count, Math.floor(((at - startedAt) * perSecond) / 1_000));
    for (; planned < target; planned += 1) due.push(at);
    sendDue();
    await wait(1);
  }
  return { ...result, tookMs: performance.now() - startedAt };
}
