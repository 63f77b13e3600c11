import type { Request, Response } from 'express';
import { bodyText, callOf } from './call.js';

/** An entry of the request log. Secrets are replaced by REDACTED. */
export interface LoggedRequest {
  /** Sequence number, starting at 1. `clear` does not reset the sequence. */
  number: number;
  /** Epoch milliseconds on the simulator's clock. */
  at: number;
  method: string;
  path: string;
  query: Record<string, unknown>;
  /** `null` until a response is complete, and for a connection that hangs or breaks. */
  status: number | null;
  durationMs: number | null;
  node: number;
  /** Display name of the authenticated client or user. */
  by: string | null;
  contentType: string | null;
  /** Request body; `null` if empty. */
  body: string | null;
}

/** The most recent requests, oldest first. Requests to the control API are not included. */
export interface RequestLog {
  record(req: Request, res: Response): void;
  all(): readonly LoggedRequest[];
  clear(): void;
}

/** `limit`: number of entries to keep. `now`: clock of the simulator, epoch milliseconds. */
export function createRequestLog(limit: number, now: () => number): RequestLog {
  let entries: LoggedRequest[] = [];
  let number = 0;
  return {
    record(req, res) {
      if (limit === 0) return;
      const startedAt = performance.now();
      number += 1;
      const text = bodyText(req);
      const entry: LoggedRequest = {
        number,
        at: now(),
        method: req.method,
        path: req.path,
        query: { ...req.query },
        status: null,
        durationMs: null,
        node: 0,
        by: null,
        contentType: req.headers['content-type'] ?? null,
        body: text === '' ? null : withoutSecrets(text),
      };
      entries.push(entry);
      // The log is shortened by many entries at once, because removing single entries would copy the whole array
      // each time.
      if (entries.length > limit * 1.25) entries = entries.slice(-limit);
      res.on('close', () => {
        entry.status = res.writableFinished ? res.statusCode : null;
        entry.durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
        const { node, session } = callOf(req);
        entry.node = node;
        entry.by = session?.name ?? null;
      });
    },
    all: () => entries.slice(-limit),
    clear: () => void (entries = []),
  };
}

const HIDDEN = 'REDACTED';

/** Redacts client secrets, passwords, header secrets of webhooks, and payloads, which contain a SCEP challenge in clear text. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(^|&)(client_secret|password)=[^&]*/g, `$1$2=${HIDDEN}`)
    .replace(/<(password|header|payloads)>[\s\S]*?<\/\1>/g, `<$1>${HIDDEN}</$1>`)
    .replace(/("(?:client_?[sS]ecret|password|header|payloads)"\s*:\s*)"(?:[^"\\]|\\.)*"/g, `$1"${HIDDEN}"`);
}
