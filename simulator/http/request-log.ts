import type { Request, Response } from 'express';
import { bodyText, callOf } from './call.js';

/** One request as the log keeps it. Secrets in it are replaced by REDACTED. */
export interface LoggedRequest {
  /** Runs from 1 and never starts anew. */
  number: number;
  /** Epoch milliseconds on the simulator's clock. */
  at: number;
  method: string;
  path: string;
  query: Record<string, unknown>;
  /** Null while no answer was given: a hung connection, or one that broke. */
  status: number | null;
  durationMs: number | null;
  node: number;
  /** The client or user who was signed in. */
  by: string | null;
  contentType: string | null;
  /** Body of a write. */
  body: string | null;
}

/** The last requests, oldest first. The control API is not in it. */
export interface RequestLog {
  record(req: Request, res: Response): void;
  all(): readonly LoggedRequest[];
  clear(): void;
}

/** `limit`: how many are kept. `now`: the simulator's clock. */
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
      // Dropped in lumps: shifting one by one costs the whole array each time.
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

/** Client secrets, passwords, header secrets of webhooks, and payloads (a SCEP challenge stands in them in clear). */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(^|&)(client_secret|password)=[^&]*/g, `$1$2=${HIDDEN}`)
    .replace(/<(password|header|payloads)>[\s\S]*?<\/\1>/g, `<$1>${HIDDEN}</$1>`)
    .replace(/("(?:client_?[sS]ecret|password|header|payloads)"\s*:\s*)"(?:[^"\\]|\\.)*"/g, `$1"${HIDDEN}"`);
}
