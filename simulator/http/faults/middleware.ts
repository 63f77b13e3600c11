import type { NextFunction, Request, Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend } from '../backend.js';
import { isClassic, forbidden, unauthorized } from '../auth/guard.js';
import { ApiFailure, type ClassicFailure } from '../errors.js';
import { proxyPage, statusPage, statusTitle } from '../render/html.js';
import type { HttpFault } from './schema.js';

type Replace = (req: Request, res: Response, end: Response['end']) => void;

/** Faults that do not prevent the execution of the request, even if they apply before it. */
const EXECUTED: ReadonlySet<HttpFault['kind']> = new Set(['latency', 'half-body', 'text']);

/** Middleware that applies faults before a request is executed, or to its response afterwards. */
export function faultMiddleware({ faults, random }: Pick<Backend, 'faults' | 'random'>) {
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const hits = faults.hits(req);
    const before = hits.filter(({ when }) => when === 'before');
    const after = hits.filter(({ when }) => when === 'after');
    await delay(before, random);
    const now = before.find(({ kind }) => !EXECUTED.has(kind));
    if (now) {
      replacementOf(now)(req, res, res.end.bind(res));
      return;
    }
    const changed = before.filter(({ kind }) => kind === 'half-body' || kind === 'text');
    replaceResponse(req, res, [...after, ...changed], random);
    next();
  };
}

async function delay(hits: readonly HttpFault[], random: () => number): Promise<void> {
  let ms = 0;
  for (const fault of hits) {
    if (fault.kind === 'latency') ms += fault.fixed + random() * fault.jitter;
  }
  if (ms > 0) await sleep(ms);
}

/** Intercepts the complete response and sends it later, or sends another response instead. */
function replaceResponse(req: Request, res: Response, hits: HttpFault[], random: () => number): void {
  if (hits.length === 0) return;
  const end = res.end.bind(res);
  const fault = hits.find(({ kind }) => kind !== 'latency' && kind !== 'text');
  const finish = async (chunk: unknown) => {
    await delay(hits, random);
    const body = withOtherText(res, chunk, hits);
    if (!fault) end(body);
    else if (fault.kind === 'half-body') sendHalf(res, body);
    else {
      for (const name of res.getHeaderNames()) {
        if (name !== 'set-cookie') res.removeHeader(name);
      }
      replacementOf(fault)(req, res, end);
    }
  };
  res.end = ((chunk?: unknown) => {
    void finish(chunk);
    return res;
  }) as Response['end'];
}

/** The body after all replacements of text, with the Content-Length of the result. */
function withOtherText(res: Response, chunk: unknown, hits: readonly HttpFault[]): unknown {
  const texts = hits.filter((fault) => fault.kind === 'text');
  const isText = typeof chunk === 'string' || Buffer.isBuffer(chunk);
  if (!isText || texts.length === 0) return chunk;
  const body = texts.reduce(
    (text, { find, replaceWith }) => text.replace(new RegExp(find, 'g'), replaceWith),
    chunk.toString(),
  );
  if (res.hasHeader('Content-Length')) res.setHeader('Content-Length', Buffer.byteLength(body));
  return body;
}

function replacementOf(fault: HttpFault): Replace {
  if (fault.kind === 'status') return sendStatus(fault);
  if (fault.kind === 'html') {
    return (_req, res, end) => {
      res.status(fault.status).setHeader('Content-Type', 'text/html;charset=UTF-8');
      end(proxyPage(fault.status));
    };
  }
  // Hang: nothing is sent until the client or the server closes the connection.
  return () => undefined;
}

function sendStatus(fault: HttpFault & { kind: 'status' }): Replace {
  return (req, res, end) => {
    const { status } = fault;
    const retryAfter = fault.retryAfterSeconds ?? (status === 429 ? 1 : undefined);
    if (retryAfter !== undefined) res.setHeader('Retry-After', String(retryAfter));
    res.status(status);
    if (fault.body === 'html' || (fault.body === 'native' && isClassic(req.path))) {
      res.setHeader('Content-Type', 'text/html;charset=UTF-8');
      end(fault.body === 'html' ? proxyPage(status) : statusPage(status, messageOf(req, status)));
      return;
    }
    res.setHeader('Content-Type', 'application/json');
    const errors = fault.body === 'native' ? causesOf(req, status) : [];
    end(JSON.stringify({ httpStatus: status, errors }));
  };
}

function failureOf(req: Request, status: number): ApiFailure | ClassicFailure | null {
  if (status === 401) return unauthorized(req.path);
  if (status === 403) return forbidden(req.path, 'removed by a fault');
  return null;
}

function messageOf(req: Request, status: number): string {
  // Message of the transient 409 of the Classic API.
  if (status === 409) return 'Unable to update the database';
  return failureOf(req, status)?.message ?? statusTitle(status);
}

function causesOf(req: Request, status: number): readonly object[] {
  const failure = failureOf(req, status);
  return failure instanceof ApiFailure ? failure.causes : [];
}

/** Sends the Content-Length of the whole body but only half of the body, then closes the connection. */
function sendHalf(res: Response, chunk: unknown): void {
  const body = typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : null;
  if (!body || body.length < 2) {
    res.socket?.destroy();
    return;
  }
  res.setHeader('Content-Length', body.length);
  res.write(body.subarray(0, body.length >> 1), () => {
    res.socket?.destroy();
  });
}
