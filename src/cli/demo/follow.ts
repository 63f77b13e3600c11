import type { Context } from '../context.js';
import type { PretendMac } from './pretend-jamf.js';
import type { DemoService, Listed } from './service.js';

const POLL_MS = 1_000;

/** What `follow` polls, when a Mac counts as finished, and when to give up. */
export interface Following {
  service: DemoService;
  due: readonly PretendMac[];
  /** Whether the redistribution of a Mac is finished: verified or, in observe mode, planned. */
  finished: (redistribution: Listed) => boolean;
  /** Called before every poll. If it throws, the run is aborted. */
  check: () => void;
  /** Called after every poll with the progress, for actions during the run such as killing a worker. */
  meanwhile: (progress: { finished: number; inFlight: number }) => Promise<void>;
  /** Maximum duration of the polling, milliseconds. */
  withinMs: number;
  signal: AbortSignal;
}

/**
 * Polls the service once a second until all due Macs are finished, and prints the progress. Returns `false` on
 * timeout or abort.
 */
export async function follow(following: Following, context: Context): Promise<boolean> {
  const endAt = context.now() + following.withinMs;
  const wanted = new Set(following.due.map(({ id }) => String(id)));
  let lastLine = '';
  while (context.now() < endAt && !following.signal.aborted) {
    following.check();
    const all = (await following.service.list()).filter(({ computer }) => wanted.has(computer.id));
    const finished = new Set(all.filter(following.finished).map(({ computer }) => computer.id)).size;
    const line = describeProgress(all, finished, wanted.size);
    if (line !== lastLine) context.err(line);
    lastLine = line;
    if (finished === wanted.size) return true;
    await following.meanwhile({ finished, inFlight: all.filter(isInFlight).length });
    await context.wait(POLL_MS);
  }
  return false;
}

function isInFlight({ state }: Listed): boolean {
  return state === 'triggered' || state === 'pushed' || state === 'verifying';
}

function describeProgress(all: readonly Listed[], finished: number, due: number): string {
  const counts = new Map<string, number>();
  for (const { state, blocked } of all) {
    const name = blocked ? `${state} (${blocked.reason})` : state;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const states = [...counts].sort().map(([name, count]) => `${count} ${name}`);
  return `${String(finished).padStart(String(due).length)} of ${due} due Macs done   ${states.join(' · ')}`;
}
