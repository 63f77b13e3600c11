import type { Replay } from './replayable.js';
import type { LoggedEvent, Ports } from '../ports.js';
import { NotReplayable, missingBodyReason } from './replayable.js';
import { eachEvent, type EventFilter } from './find-events.js';
import { Problem } from '../../contract/problem.js';

/** What a replay of all events that match a filter would do. */
export interface ReplayPlan {
  filter: EventFilter & { until: number };
  /** Number of events that can be replayed. */
  replayable: number;
  /** Number of matching events that cannot be replayed because their body was too large to be stored. */
  notKept: number;
  /** Number of different Macs in these events. Macs in smart-group changes are not counted. */
  computers: number;
}

/** The results of replaying events. */
export interface ReplayTally {
  replayed: number;
  /** Number of events by effect. */
  effects: Record<string, number>;
  /** Number of events that this version does not support. */
  notUnderstood: number;
}

/**
 * Counts the events that match. Duplicates and replays are skipped, because the original events are counted. `until`
 * is set to the newest event, so that later events, including the replays, do not match. Reads the log from its
 * newest event back to `since`.
 */
export async function planReplay(
  { events, now }: Pick<Ports, 'events' | 'now'>,
  instance: string,
  asked: EventFilter,
): Promise<ReplayPlan> {
  const [newest] = await events.page(instance, { limit: 1 });
  const until = Math.min(asked.until ?? Infinity, newest?.admittedAt ?? now());
  const filter = { ...asked, until };
  const macs = new Set<string>();
  const plan = { replayable: 0, notKept: 0 };
  for await (const page of eachEvent(events, instance, filter))
    for (const event of page) {
      const why = missingBodyReason(event);
      if (why === 'too-large') plan.notKept += 1;
      if (why !== null) continue;
      plan.replayable += 1;
      if (event.computerId !== null) macs.add(event.computerId);
    }
  return { filter, ...plan, computers: macs.size };
}

/** Replays the events of a plan. Rejects if an event could not be stored. Repeating the replay is harmless. */
export async function replayAll(
  { events, replay }: Pick<Ports, 'events' | 'replay'>,
  instance: string,
  { filter }: ReplayPlan,
): Promise<ReplayTally> {
  const tally: ReplayTally = { replayed: 0, effects: {}, notUnderstood: 0 };
  for await (const page of eachEvent(events, instance, filter)) {
    const replayable = page.filter((event) => missingBodyReason(event) === null);
    const effects = await Promise.all(replayable.map((event) => effectOf(event, instance, replay)));
    for (const effect of effects) {
      if (effect === null) tally.notUnderstood += 1;
      else {
        tally.replayed += 1;
        tally.effects[effect] = (tally.effects[effect] ?? 0) + 1;
      }
    }
  }
  return tally;
}

async function effectOf(event: LoggedEvent, instance: string, replay: Replay): Promise<string | null> {
  try {
    return (await replay(instance, event)).effect;
  } catch (error) {
    if (error instanceof NotReplayable) return null;
    throw error;
  }
}

/** Returns the event with this ID. @throws Problem when it is not in the log. */
export async function findEvent(
  { events }: Pick<Ports, 'events'>,
  instance: string,
  id: string,
): Promise<LoggedEvent> {
  const event = await events.get(instance, id);
  if (!event)
    throw new Problem(
      'not-found',
      `Event ${id} not found on ${instance}. It does not exist, or it is older than the retention period (webhooks.keepEvents).`,
    );
  return event;
}
