import { isSettling, lastAttempt, waitsForRoom } from '../../domain/redistribution/record.js';
import { askMs } from '../../domain/redistribution/safety-limits/timing.js';
import { type Desk, LOOK } from './desk.js';
import type { Open } from './fleet.js';
import { deservesCheckIns } from './news.js';

/** An open redistribution sleeps until something can have changed: the clock of its record, a check-in, inventory, or room. */
export function rest(desk: Desk, mac: number, open: Open): void {
  const { world, caps, line, news, looks } = desk;
  const { record } = open;
  // Called from the line it may first ask for fresh inventory: then it is on its way, and its turn is kept.
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
  // What only news can end is not looked at in between, as the worker does to be safe: it would find the same.
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
 * Inventory is asked for again and again until there is news, and each time the answer is the same. Those questions are counted, and
 * not stepped through: they are most of a year.
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
