import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { programWords } from '../../../harness/child.mjs';
import type { Simulator } from '../../../simulator/index.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Configuration of a worker for the simulated Jamf Pro as YAML: small pages, intervals of seconds, observe mode. */
export function workerYaml(redisUrl: string, jamfUrl: string): string {
  return `
redis: { url: "${redisUrl}" }
worker: { port: 0, lock: 2s, drain: 10s }
log: { level: info, format: json }
instances:
  demo:
    url: ${jamfUrl}
    auth: { clientId: recert, clientSecret: recert-secret }
    pageSize: 10
    timeout: 5s
    webhooks: { authentication: { type: none, acceptUnauthenticated: true }, gather: 100ms }
    sweep: { changed: 1h, full: 24h, open: 500ms }
    profiles:
      okta:
        overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 }
`;
}

const requestLog = z.array(z.looseObject({ method: z.string(), path: z.string() }));

/** Requests that the simulated Jamf Pro received, as `GET /path`. */
export async function requestsTo({ controlUrl }: Simulator): Promise<string[]> {
  const response = await fetch(`${controlUrl}/requests`);
  return requestLog.parse(await response.json()).map(({ method, path }) => `${method} ${path}`);
}

/** A worker as a separate process that can be killed. */
export interface WorkerChild {
  /** Its log entries of one kind so far. */
  said(kind: string): Record<string, unknown>[];
  signal(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string | null>;
  close(): Promise<void>;
}

/** Starts a worker as a separate process. */
export async function startWorkerChild(yaml: string): Promise<WorkerChild> {
  const folder = await mkdtemp(join(tmpdir(), 'recert-worker-'));
  const file = join(folder, 'recert.yaml');
  await writeFile(file, yaml);
  const child: ChildProcess = spawn(process.execPath, programWords('workers/main'), {
    cwd: ROOT,
    env: { ...process.env, RECERT_CONFIG: file },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  return {
    said: (kind) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
        .filter((line) => line.kind === kind),
    signal: (signal) => void child.kill(signal),
    ended,
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
