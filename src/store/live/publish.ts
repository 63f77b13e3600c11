import type { Listener } from '../../telemetry/bus.js';
import type { LiveChange } from "../../contract/live-change.js";
import { changeOf } from './change.js';
import type { LiveStream } from './stream.js';

/** Tells every receiver what changes in this process. */
export interface LivePublisher {
  /** Hears operator events. */
  listener: Listener;
  /** Notes a change that is no operator event. */
  note(change: LiveChange): void;
  /** Tells what is left, and tells nothing any more. */
  close(): Promise<void>;
}

/** Changes gather so long: nobody sees the difference, and a webhook storm is four entries a second. */
const GATHER_MS = 250;
/** More than this at once is told as one change of everything. */
const MOST_AT_ONCE = 100;

/**
 * Gathers what changes and appends it to the stream. What cannot be told because Redis is away is dropped: pages read everything again
 * by themselves when they have heard nothing for a while.
 */
export function createLivePublisher(stream: Pick<LiveStream, 'append'>): LivePublisher {
  let pending = new Map<string, LiveChange>();
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();
  let closed = false;

  function tell(): void {
    timer = undefined;
    const all = [...pending.values()];
    pending = new Map();
    const changes = all.length > MOST_AT_ONCE ? summary(all) : all;
    if (changes.length > 0) telling = stream.append(changes).catch(() => undefined);
  }

  function note(change: LiveChange): void {
    if (closed) return;
    // Of one redistribution the last state is enough.
    pending.set([change.topic, change.instance, change.id, change.computerId].join('\n'), change);
    timer ??= setTimeout(() => void telling.then(tell), GATHER_MS).unref();
  }

  return {
    note,
    listener: (kind, fields) => {
      const change = changeOf(kind, fields);
      if (change) note(change);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await telling;
      tell();
      await telling;
    },
  };
}

/** Who is signed in is asked again whatever else is left out. */
function summary(all: readonly LiveChange[]): LiveChange[] {
  return [
    { topic: 'everything', instance: null },
    ...all.filter(({ topic }) => topic === 'credentials').slice(0, 1),
  ];
}
