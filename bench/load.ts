import { setTimeout as wait } from 'node:timers/promises';
import { connect, type Connection } from './connection.js';
import { createRequest, type Format, type Request } from './webhook.js';

/** What came of a load. */
export interface LoadResult {
  /** Answers with 202, and all others. */
  accepted: number;
  failed: number;
  /** How long it took, milliseconds. */
  tookMs: number;
  /** Of each request, milliseconds, in no order. */
  latenciesMs: number[];
}

interface Lane {
  connection: Connection;
  request: Request;
}

/** Connections to one contestant, each with a request of its own to change. */
export interface Lanes {
  /** As fast as it can: on every connection the next request follows the answer. */
  saturate(forMs: number): Promise<LoadResult>;
  /** At a steady rate, whatever the answers do. `count` requests in all. */
  pace(load: { perSecond: number; count: number }): Promise<LoadResult>;
  close(): void;
}

/** @throws what connecting throws */
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

/** Sends the next webhook of a lane and notes what came of it, with the time since `fromAt`. */
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
          const again = () => {
            const at = performance.now();
            if (at < endAt) sendOne(lane, result, at, again);
            else resolve();
          };
          again();
        }),
    ),
  );
  return { ...result, tookMs: performance.now() - startedAt };
}

/**
 * Open loop: what is due is sent at the next tick of a millisecond. A request for which no connection is free waits for one, and its
 * wait counts; the lateness of this process' own timer does not, since no server can help it.
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
    const should = Math.min(count, Math.floor(((at - startedAt) * perSecond) / 1_000));
    for (; planned < should; planned += 1) due.push(at);
    sendDue();
    await wait(1);
  }
  return { ...result, tookMs: performance.now() - startedAt };
}
