import type { Replay } from './replayable.js';
import type { LoggedEvent, Ports } from '../ports.js';
import { NotReplayable, whyNoBody } from './replayable.js';
import { eachEvent, type EventFilter } from './find-events.js';
import { Problem } from '../../contract/problem.js';

/** What replaying all that match a filter would mean. */
export interface ReplayPlan {
  filter: EventFilter & { until: number };
  /** Events that can be replayed. */
  replayable: number;
  /** Events that match and whose body was too large to be kept. */
  notKept: number;
  /** Macs that they name, each once; a smart-group change names none here. */
  computers: number;
}

/** What became of the events of a plan. */
export interface ReplayTally {
  replayed: number;
  /** How many had which effect. */
  effects: Record<string, number>;
  /** Events that mean nothing to this version. */
  notUnderstood: number;
}

/**
 * Counts what matches. Duplicates and replays are passed over: their originals count. `until` is fixed here, so that what comes in
 * afterwards, the replays themselves among it, is not meant. Reads the log from its newest event back to `since`.
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
      const why = whyNoBody(event);
      if (why === 'too-large') plan.notKept += 1;
      if (why !== null) continue;
      plan.replayable += 1;
      if (event.computerId !== null) macs.add(event.computerId);
    }
  return { filter, ...plan, computers: macs.size };
}

/** Replays what a plan counted. Rejects when the store did not take an event: replaying the same again is harmless. */
export async function carryOut(
  { events, replay }: Pick<Ports, 'events' | 'replay'>,
  instance: string,
  { filter }: ReplayPlan,
): Promise<ReplayTally> {
  const tally: ReplayTally = { replayed: 0, effects: {}, notUnderstood: 0 };
  for await (const page of eachEvent(events, instance, filter)) {
    const kept = page.filter((event) => whyNoBody(event) === null);
    const effects = await Promise.all(kept.map((event) => effectOf(event, instance, replay)));
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

/** The event of this id. @throws Problem when it is not in the log */
export async function findEvent(
  { events }: Pick<Ports, 'events'>,
  instance: string,
  id: string,
): Promise<LoggedEvent> {
  const event = await events.get(instance, id);
  if (!event)
    throw new Problem(
      'not-found',
      `There is no event ${id} on ${instance}: it was never there, or is older than what is kept (webhooks.keepEvents).`,
    );
  return event;
}
