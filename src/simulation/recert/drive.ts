import { resultOf } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { Effect, Evidence } from '../../domain/redistribution/evidence/evidence.js';
import { isInFlight, type Redistribution } from '../../domain/redistribution/record.js';
import { step } from '../../domain/redistribution/step.js';
import { afterTrouble } from '../../domain/redistribution/write.js';
import { type Desk, PERSON } from './desk.js';
import { asksJamf, obtain } from './evidence.js';
import { assessNow, type Open } from './fleet.js';

const MOST_STEPS = 60;

/** Runs the steps of an open redistribution until it waits or is closed, as the worker does. */
export function drive(desk: Desk, mac: number, open: Open): 'waits' | 'closed' {
  const { world, watched, news } = desk;
  const now = world.now();
  open.computer.lastContactAt = world.presence.lastCheckIn(mac, now);
  if (now >= open.assessedUntil) Object.assign(open, assessNow(open.computer, watched, now));
  let gathered: Partial<Evidence> = {};
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const { record, computer, assessment } = open;
    const evidence: Evidence = { ...gathered, computer, assessment, paused: null };
    const outcome = step({ record, evidence, watched, now });
    if (outcome.kind === 'need') {
      if (!news.isUp() && asksJamf(outcome.needs)) return troubled(desk, mac, open);
      gathered = obtain(desk, mac, { open, gathered, needs: outcome.needs });
      continue;
    }
    keep(desk, mac, open, outcome.record);
    if (outcome.kind === 'close') return 'closed';
    const { effect } = outcome;
    gathered = outcome.kind === 'move' && effect === null ? lasting(gathered) : {};
    if (effect !== null) {
      if (!news.isUp() && effect.do !== 'ask-inventory') return troubled(desk, mac, open);
      gathered = perform(desk, mac, open, effect);
    }
    if (outcome.kind === 'wait') return 'waits';
  }
  throw new RangeError(
    `${open.record.id} does not wait or close within ${String(MOST_STEPS)} steps (state ${open.record.state})`,
  );
}

/** Evidence from Jamf Pro that is still valid after a step without an effect. */
function lasting({ membership, commands }: Partial<Evidence>): Partial<Evidence> {
  return { ...(membership && { membership }), ...(commands && { commands }) };
}

function perform({ jamf, news }: Desk, mac: number, open: Open, effect: Effect): Partial<Evidence> {
  switch (effect.do) {
    case 'change-group':
      return jamf.changeGroup(mac, open, effect);
    case 'blank-push':
      jamf.blankPush(mac);
      return {};
    case 'flush-failed':
      throw new RangeError('the simulation does not support unstick');
    case 'ask-inventory':
      open.factsAt = news.answeredAt();
      return {};
  }
}

/** Stores a record and updates what depends on it: limits, wait queue, attempts, circuit breaker and manual requests. */
function keep(
  { world, caps, line, attempts, breaker }: Desk,
  mac: number,
  open: Open,
  record: Redistribution,
): void {
  const before = open.record;
  const now = world.now();
  open.record = record;
  if (caps.keep(before, record)) line.callAt(Math.max(caps.freeAt() ?? Infinity, now));
  if (isInFlight(before) && !isInFlight(record)) line.callAt(now);
  const result = resultOf(before, record);
  if (result !== null) breaker.note(result);
  if (record.attempts.length > before.attempts.length)
    attempts.set(mac, [...(attempts.get(mac) ?? []), record.attempts.at(-1)?.intentAt ?? now].slice(-10));
  if (record.attempts.length < before.attempts.length) attempts.get(mac)?.pop();
  if (record.state === 'needs-human' && before.state !== 'needs-human') {
    world.measures.asked();
    world.schedule(now + world.scenario.personMs, PERSON, mac, 0);
  }
}

function troubled(desk: Desk, mac: number, open: Open): 'waits' {
  const { policy, world } = desk;
  keep(desk, mac, open, afterTrouble(open.record, 'Jamf Pro cannot be reached', policy, world.now()));
  return 'waits';
}
