import type { Context } from '../context.js';
import type { PretendMac } from './pretend-jamf.js';
import type { DemoService, Listed } from './service.js';

const LOOK_EVERY_MS = 1_000;

/** What following needs to know of a run. */
export interface Following {
  service: DemoService;
  due: readonly PretendMac[];
  /** Whether a Mac has come to its end, as this run understands it. */
  finished: (redistribution: Listed) => boolean;
  /** Called before every look; throws when there is no use in going on. */
  check: () => void;
  /** Called at every look, for what is to happen in the middle. */
  meanwhile: (progress: { finished: number; inFlight: number }) => Promise<void>;
  /** Longest time, in milliseconds. */
  withinMs: number;
  signal: AbortSignal;
}

/** Looks once a second until every due Mac has come to its end, and says how far it is. Returns false when time is over. */
export async function follow(following: Following, context: Context): Promise<boolean> {
  const endAt = context.now() + following.withinMs;
  const wanted = new Set(following.due.map(({ id }) => String(id)));
  let said = '';
  while (context.now() < endAt && !following.signal.aborted) {
    following.check();
    const all = (await following.service.list()).filter(({ computer }) => wanted.has(computer.id));
    const finished = new Set(all.filter(following.finished).map(({ computer }) => computer.id)).size;
    const line = describeProgress(all, finished, wanted.size);
    if (line !== said) context.err(line);
    said = line;
    if (finished === wanted.size) return true;
    await following.meanwhile({ finished, inFlight: all.filter(isInFlight).length });
    await context.wait(LOOK_EVERY_MS);
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
