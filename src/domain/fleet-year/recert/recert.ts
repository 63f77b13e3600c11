import { openRedistribution } from '../../redistribution/open.js';
import type { Effect, Evidence, Need } from '../../redistribution/evidence.js';
import {
  type Cause,
  isInFlight,
  isSettling,
  lastAttempt,
  type Redistribution,
  waitsForRoom,
} from '../../redistribution/record.js';
import { step } from '../../redistribution/step.js';
import { askMs } from '../../redistribution/timing.js';
import { afterTrouble } from '../../redistribution/write.js';
import type { RedistributionPolicy } from '../../watched.js';
import { roll, STREAM } from '../random.js';
import { HOUR_MS, MINUTE_MS } from '../scenario.js';
import type { Policy, World } from '../world.js';
import { type CapBook, createCapBook } from './caps.js';
import { assessNow, knownComputer, type Open, watchedFor } from './fleet.js';
import { createPretendJamf, sideUnderWay } from './jamf.js';

const LOOK = 1;
const DUE = 2;
const LINE = 3;
const PERSON = 4;

/** From a webhook, or a question, to the answer of Jamf: hints gather for two seconds. */
const READ_MS = 3_000;
const SWEEP_MS = 15 * MINUTE_MS;
const MOST_STEPS = 60;

/** Recert: the very step function, rails and assessment of the workers, with the world in the place of Redis and Jamf. */
export function recert(
  world: World,
  policy: RedistributionPolicy,
  name = 'Recert',
): Policy & { caps: Pick<CapBook, 'most'> } {
  const { macs, presence, measures, scenario } = world;
  const watched = watchedFor(policy);
  const jamf = createPretendJamf(world, watched);
  const caps = createCapBook(policy, scenario.computers);
  const opened = new Map<number, Open>();

  /** Triggers, for the attempts within the policy's time. */
  const attempts = new Map<number, number[]>();
  const looks = new Int32Array(scenario.computers);
  let lineAt = Infinity;
  let lineCalls = 0;
  let openedEver = 0;

  const isUp = () => presence.jamfUpAt(world.now()) === world.now();
  const attemptsSince = (mac: number, since: number) =>
    (attempts.get(mac) ?? []).filter((at) => at >= since).length;

  function read(mac: number): void {
    jamf.readInventory(world.now());
    macs.advance(mac, world.now());
  }

  /** A Mac without an open redistribution is looked at: it came due, reported, or a person wants it. */
  function consider(mac: number, cause: Cause): void {
    const now = world.now();
    if (!isUp()) {
      world.schedule(presence.jamfUpAt(now) + MINUTE_MS, cause.kind === 'due' ? DUE : PERSON, mac, 0);
      return;
    }
    read(mac);
    const computer = knownComputer(world, mac, jamf.groupIds(mac));
    const { assessment, assessedUntil } = assessNow(computer, watched, now);
    const { state } = assessment;
    if (cause.kind === 'due') {
      if (state === 'healthy') {
        world.schedule(assessment.dueAt ?? now, DUE, mac, 0);
        return;
      }
      if (state === 'unknown') {
        world.schedule(reportHeardAt(mac), DUE, mac, 0);
        return;
      }
      if (attemptsSince(mac, now - policy.attemptsWithin) >= policy.attempts) {
        const first = attempts.get(mac)?.at(-policy.attempts) ?? now;
        world.schedule(first + policy.attemptsWithin + MINUTE_MS, DUE, mac, 0);
        return;
      }
    } else if (state === 'healthy') return;
    openedEver += 1;
    const id = `r${String(openedEver)}`;
    const record = openRedistribution({ id, computer, watched, assessment, cause, now });
    const commands = { blue: [], green: [] };
    const open: Open = {
      record,
      computer,
      assessment,
      assessedUntil,
      commands,
      token: null,
      factsAt: Infinity,
    };
    opened.set(mac, open);
    run(mac, open);
  }

  /** Steps until it waits or is closed, as the worker does. */
  function run(mac: number, open: Open): void {
    const now = world.now();
    open.computer.lastContactAt = presence.lastCheckIn(mac, now);
    if (now >= open.assessedUntil) Object.assign(open, assessNow(open.computer, watched, now));
    let gathered: Partial<Evidence> = {};
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const { record, computer, assessment } = open;
      const evidence: Evidence = { ...gathered, computer, assessment, paused: null };
      const outcome = step({ record, evidence, watched, now });
      if (outcome.kind === 'need') {
        if (!isUp() && outcome.needs.some(({ what }) => !OURS.has(what))) {
          troubled(mac, open);
          return;
        }
        gathered = outcome.needs.reduce((all, need) => merge(all, obtain(mac, open, need)), gathered);
        continue;
      }
      keep(mac, open, outcome.record);
      const { effect = null } = outcome.kind === 'close' ? {} : outcome;
      gathered =
        outcome.kind === 'move' && effect === null
          ? {
              ...(gathered.membership && { membership: gathered.membership }),
              ...(gathered.commands && { commands: gathered.commands }),
            }
          : {};
      if (outcome.kind === 'close') {
        close(mac);
        return;
      }
      if (effect !== null) {
        if (!isUp() && effect.do !== 'ask-inventory') {
          troubled(mac, open);
          return;
        }
        gathered = perform(mac, open, effect);
      }
      if (outcome.kind === 'wait') {
        rest(mac, open);
        return;
      }
    }
    throw new RangeError(
      `${open.record.id} is not at rest after ${String(MOST_STEPS)} steps: ${open.record.state}`,
    );
  }

  function obtain(mac: number, open: Open, need: Need): Partial<Evidence> {
    const now = world.now();
    switch (need.what) {
      case 'attempts':
        return { attemptsUsed: attemptsSince(mac, need.since) };
      case 'room':
        return { room: caps.room(mac, now, isHeld(open, need.attempt, now)) };
      case 'token': {
        const held = isHeld(open, need.attempt, now);
        const room = caps.room(mac, now, held);
        if (!room.turn) return { token: { granted: false, room } };
        if (held) return { token: { granted: true } };
        caps.take(now);
        open.token = { attempt: need.attempt, at: now };
        return { token: { granted: true } };
      }
      case 'membership':
      case 'commands':
      case 'failure-text':
        return jamf.read(mac, open, need);
      case 'breaker':
        return { breaker: null };
      case 'cycle-token':
        throw new RangeError('a year of cycle is not simulated');
    }
  }

  function perform(mac: number, open: Open, effect: Effect): Partial<Evidence> {
    switch (effect.do) {
      case 'change-group':
        return jamf.changeGroup(mac, open, effect);
      case 'blank-push':
        jamf.blankPush(mac);
        return {};
      case 'flush-failed':
        throw new RangeError('a year of unstick is not simulated');
      case 'ask-inventory':
        open.factsAt = presence.jamfUpAt(world.now()) + READ_MS;
        return {};
    }
  }

  /** Stores a record, and whatever hangs on it. */
  function keep(mac: number, open: Open, record: Redistribution): void {
    const before = open.record;
    open.record = record;
    if (caps.keep(before, record)) callLineAt(Math.max(caps.freeAt() ?? Infinity, world.now()));
    if (isInFlight(before) && !isInFlight(record)) callLineAt(world.now());
    if (record.attempts.length > before.attempts.length)
      attempts.set(
        mac,
        [...(attempts.get(mac) ?? []), record.attempts.at(-1)?.intentAt ?? world.now()].slice(-10),
      );
    if (record.attempts.length < before.attempts.length) attempts.get(mac)?.pop();
    if (record.state === 'needs-human' && before.state !== 'needs-human') {
      measures.asked();
      world.schedule(world.now() + scenario.personMs, PERSON, mac, 0);
    }
  }

  function troubled(mac: number, open: Open): void {
    keep(mac, open, afterTrouble(open.record, 'Jamf Pro cannot be reached', policy, world.now()));
    rest(mac, open);
  }

  function close(mac: number): void {
    opened.delete(mac);
    arrive(mac);
    consider(mac, { kind: 'due' });
  }

  /** Sleeps until something can have changed: the clock of the record, a check-in, inventory, or room. */
  function rest(mac: number, open: Open): void {
    const { record } = open;
    const now = world.now();
    // Called from the line it may first ask for fresh inventory: then it is on its way, and its turn is kept.
    if (waitsForRoom(record) && open.factsAt === Infinity) {
      arrive(mac);
      caps.wait(mac, record.baseline.expiresAt ?? 0);
      looks[mac] = (looks[mac] ?? 0) + 1;
      callLineAt(caps.freeAt() ?? Infinity);
      return;
    }
    if (record.state === 'verifying') askUntil(open, reportHeardAt(mac));
    const comes = open.factsAt !== Infinity && (record.state === 'eligible' || record.state === 'blocked');
    if (!comes) arrive(mac);
    // What only news can end is not looked at in between, as the worker does to be safe: it would find the same.
    const onlyNews = record.blocked?.reason === 'offline' || record.blocked?.reason === 'inventory-stale';
    const at = Math.min(
      onlyNews ? Infinity : Math.max(open.record.wakeAt, now + 1),
      open.factsAt,
      deservesCheckIns(record) ? checkInHeardAt(mac) : Infinity,
      isSettling(record) ? Infinity : reportHeardAt(mac),
    );
    looks[mac] = (looks[mac] ?? 0) + 1;
    if (at !== Infinity) world.schedule(at, LOOK, mac, looks[mac] ?? 0);
  }

  /**
   * Inventory is asked for again and again until there is news, and each time the answer is the same. Those questions are counted, and
   * not stepped through: they are most of a year.
   */
  function askUntil(open: Open, newsAt: number): void {
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

  /** When a check-in is heard of. One whose webhook is lost is made up for by the next. */
  function checkInHeardAt(mac: number): number {
    const first = presence.checkInAt(mac, world.now());
    const lost =
      roll(scenario.seed, mac, STREAM.lostWebhook, Math.floor(first / MINUTE_MS)) < scenario.lostWebhooks;
    return (lost ? presence.checkInAt(mac, first + 1) : first) + READ_MS;
  }

  /** When the next inventory is read: after its webhook, or by the sweep of what changed. */
  function reportHeardAt(mac: number): number {
    const at = macs.nextReport(mac);
    const lost =
      roll(scenario.seed, mac, STREAM.lostWebhook, Math.floor(at / MINUTE_MS) + 1) < scenario.lostWebhooks;
    const heardAt = Math.max(at + READ_MS + (lost ? SWEEP_MS : 0), world.now() + 1);
    const upAt = presence.jamfUpAt(heardAt);
    return upAt === heardAt ? heardAt : upAt + READ_MS;
  }

  function look(mac: number, open: Open): void {
    const now = world.now();
    if (open.factsAt <= now || macs.nextReport(mac) + READ_MS <= now) {
      if (!isUp()) {
        open.factsAt = presence.jamfUpAt(now) + READ_MS;
        rest(mac, open);
        return;
      }
      open.factsAt = Infinity;
      read(mac);
      open.computer = knownComputer(world, mac, jamf.groupIds(mac));
      open.assessedUntil = now;
    }
    run(mac, open);
  }

  /** Called from the line and decided: if it took no room, the next is called. */
  function arrive(mac: number): void {
    if (caps.arrived(mac)) callLineAt(world.now());
  }

  function callLineAt(at: number): void {
    if (at >= lineAt) return;
    lineAt = at;
    lineCalls += 1;
    world.schedule(at, LINE, 0, lineCalls);
  }

  function callLine(): void {
    const now = world.now();
    lineAt = Infinity;
    // Whoever is called while Jamf cannot be reached goes back into the line, and would be called again at once.
    if (!isUp()) {
      callLineAt(presence.jamfUpAt(now));
      return;
    }
    for (let mac = caps.call(now); mac !== null; mac = caps.call(now)) {
      const open = opened.get(mac);
      if (open === undefined) arrive(mac);
      else run(mac, open);
    }
    callLineAt(caps.freeAt() ?? Infinity);
  }

  return {
    name,
    caps,
    begin() {
      for (let mac = 0; mac < scenario.computers; mac += 1) {
        const computer = knownComputer(world, mac, []);
        world.schedule(assessNow(computer, watched, world.now()).assessment.dueAt ?? 0, DUE, mac, 0);
      }
    },
    happens(kind, mac, data) {
      if (kind === LINE) {
        if (data === lineCalls) callLine();
        return;
      }
      const open = opened.get(mac);
      if (kind === LOOK) {
        if (open !== undefined && data === looks[mac]) look(mac, open);
      } else if (open === undefined)
        consider(
          mac,
          kind === DUE
            ? { kind: 'due' }
            : { kind: 'manual', by: 'operator', reason: 'asked to look', overrides: { hourlyCap: false } },
        );
    },
    taken(mac, { error }) {
      const open = opened.get(mac);
      const command = open?.commands[sideUnderWay(open.record)].at(-1);
      if (command === undefined) return;
      command.state = error === null ? 'ACKNOWLEDGED' : 'ERROR';
      command.completedAt = world.now();
      command.error = error ?? '';
    },
  };
}

/** Evidence that costs no call to Jamf. */
const OURS: ReadonlySet<Need['what']> = new Set(['attempts', 'room', 'token', 'breaker']);

function merge(all: Partial<Evidence>, one: Partial<Evidence>): Partial<Evidence> {
  return {
    ...all,
    ...one,
    membership: { ...all.membership, ...one.membership },
    commands: { ...all.commands, ...one.commands },
  };
}

function isHeld({ token, record }: Open, attempt: number, now: number): boolean {
  return (
    token !== null &&
    token.attempt === attempt &&
    now - token.at < HOUR_MS &&
    record.attempts.length < attempt
  );
}

/** As the worker watches for check-ins: the Mac is waited for, or has a command to take. */
function deservesCheckIns({ state, blocked }: Redistribution): boolean {
  return state === 'triggered' || state === 'pushed' || blocked?.reason === 'offline';
}
