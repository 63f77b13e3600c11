import type { Listener } from '../../telemetry/bus.js';
import type { LiveChange } from '../../contract/live-change.js';
import { changeOf } from './change.js';
import type { LiveStream } from './stream.js';

/** Sends the changes of this process to all receivers. */
export interface LivePublisher {
  /** Listens to operator events and publishes the changes that they cause. */
  listener: Listener;
  /** Publishes a change for which there is no operator event. */
  note(change: LiveChange): void;
  /** Publishes the changes that are not published yet, and stops. */
  close(): Promise<void>;
}

/**
 * Changes within this time are published together, milliseconds. It is short enough that users do not notice the
 * delay, and limits the Redis stream to four entries per second and process.
 */
const BATCH_MS = 250;
/** If more changes than this number are pending, one change with the topic `everything` is published instead. */
const MAX_CHANGES = 100;

/**
 * Creates a publisher, which collects changes and appends them to the Redis stream. Changes are dropped while Redis
 * is unavailable: a page that receives nothing for some time reloads automatically.
 */
export function createLivePublisher(stream: Pick<LiveStream, 'append'>): LivePublisher {
  let pending = new Map<string, LiveChange>();
  let timer: NodeJS.Timeout | undefined;
  let publishing: Promise<void> = Promise.resolve();
  let closed = false;

  function publish(): void {
    timer = undefined;
    const all = [...pending.values()];
    pending = new Map();
    const changes = all.length > MAX_CHANGES ? summary(all) : all;
    if (changes.length > 0) publishing = stream.append(changes).catch(() => undefined);
  }

  function note(change: LiveChange): void {
    if (closed) return;
    // A later change of the same object replaces the earlier one.
    pending.set([change.topic, change.instance, change.id, change.computerId].join('\n'), change);
    timer ??= setTimeout(() => void publishing.then(publish), BATCH_MS).unref();
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
      await publishing;
      publish();
      await publishing;
    },
  };
}

/**
 * Replaces all changes by one change with the topic `everything`. A change of credentials is kept, because live connections must
 * then check their permissions again.
 */
function summary(all: readonly LiveChange[]): LiveChange[] {
  return [
    { topic: 'everything', instance: null },
    ...all.filter(({ topic }) => topic === 'credentials').slice(0, 1),
  ];
}
