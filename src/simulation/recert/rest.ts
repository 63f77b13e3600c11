import { isSettling, lastAttempt, waitsForRoom } from '../../domain/redistribution/record.js';
import { askMs } from '../../domain/redistribution/safety-limits/timing.js';
import { type Desk, LOOK } from './desk.js';
import type { Open } from './fleet.js';
import { deservesCheckIns } from './news.js';

/** Schedules the next step of an open redistribution: at its `wakeAt`, a check-in, an inventory report, or when capacity is free. */
export function rest(desk: Desk, mac: number, open: Open): void {
  const { world, caps, line, news, looks } = desk;
  const { record } = open;
  // A Mac called from the wait queue may first request fresh inventory. It keeps its slot meanwhile.
  if (waitsForRoom(record) && open.factsAt === Infinity) {
    line.arrive(mac);
    caps.wait(mac, record.baseline.expiresAt ?? 0);
    looks[mac] = (looks[mac] ?? 0) + 1;
    line.callAt(caps.freeAt() ?? Infinity);
    return;
  }
  if (record.state === 'verifying') askUntil(desk, open, news.reportHeardAt(mac));
  const comes = open.factsAt !== Infinity && (record.state === 'eligible' || record.state === 'blocked');
  if (!comes) line.arrive(mac);
  // Skips the periodic checks of states that only new information can end. The worker runs them as a fallback; their result is the same.
  const onlyNews = record.blocked?.reason === 'offline' || record.blocked?.reason === 'inventory-stale';
  const at = Math.min(
    onlyNews ? Infinity : Math.max(open.record.wakeAt, world.now() + 1),
    open.factsAt,
    deservesCheckIns(record) ? news.checkInHeardAt(mac) : Infinity,
    isSettling(record) ? Infinity : news.reportHeardAt(mac),
  );
  looks[mac] = (looks[mac] ?? 0) + 1;
  if (at !== Infinity) world.schedule(at, LOOK, mac, looks[mac] ?? 0);
}

/**
 * Counts the repeated inventory reads until new information arrives, without running a step for each. They are most of the events of a
 * year, and their result does not change.
 */
function askUntil({ jamf, policy, world: { presence } }: Desk, open: Open, newsAt: number): void {
  const { record } = open;
  const acknowledgedAt = lastAttempt(record)?.command?.completedAt ?? record.since;
  const until = Math.min(newsAt, acknowledgedAt + policy.waits.inventory);
  let askAt = record.wakeAt;
  let askedAt = record.askedAt;
  if (open.factsAt < until) {
    jamf.readInventory(open.factsAt);
    open.factsAt = Infinity;
  }
  while (askAt < until) {
    if (presence.jamfUpAt(askAt) === askAt) jamf.readInventory(askAt);
    askedAt = askAt;
    askAt += askMs(policy, record.since, askAt);
  }
  open.record = { ...record, askedAt, wakeAt: Math.min(askAt, until) };
}
