import { createEvents } from './events.js';
import { createMacs, type Macs } from './macs.js';
import { createMeasures, type Measures, type YearFigures } from './measures.js';
import { createPresence, overAt, type Presence } from './presence.js';
import { roll, STREAM } from './random.js';
import { DAY_MS, MINUTE_MS, type Scenario } from './scenario.js';

/** Result of an InstallProfile command. `error` is `null` when it succeeded. */
export type Taken = { error: string | null };

/** The simulated environment that a policy reads and changes. */
export interface World {
  readonly scenario: Scenario;
  readonly macs: Macs;
  readonly presence: Presence;
  readonly measures: Measures;
  now(): number;
  /** Schedules a call of `Policy.happens`. The policy defines the meaning of `kind`. */
  schedule(at: number, kind: number, mac: number, data: number): void;
  /** Sends InstallProfile. `Policy.taken` is called when the Mac picks it up. Only one command per Mac can be pending. */
  send(mac: number, side: 0 | 1): void;
  isPending(mac: number): boolean;
  /** Wakes a Mac that is online and has a pending command. */
  blankPush(mac: number): void;
  /** Deletes the pending command. */
  drop(mac: number): void;
}

/** A strategy for renewing certificates. */
export interface Policy {
  name: string;
  begin(): void;
  happens(kind: number, mac: number, data: number): void;
  taken(mac: number, taken: Taken): void;
}

const TAKE = 250;
const EXPIRE = 251;
/** An online Mac picks up a command within this time, unless it is slow. */
const QUICK_MS = 2 * MINUTE_MS;

/** Simulates a scenario under one policy, event by event, and returns its figures. */
export function liveThrough(scenario: Scenario, policyOf: (world: World) => Policy): YearFigures {
  const { computers, seed, startAt, days, ca, push } = scenario;
  const events = createEvents();
  const presence = createPresence(scenario);
  const macs = createMacs(scenario, presence);
  const measures = createMeasures(scenario);
  const endAt = startAt + days * DAY_MS;
  /** Number of the pending command of each Mac, 0 for none. Commands and enrollments are numbered per Mac to draw their random values. */
  const pending = new Int32Array(computers);
  const pendingSide = new Uint8Array(computers);
  const sent = new Int32Array(computers);
  const wakes = new Int32Array(computers);
  const enrolled = new Int32Array(computers);
  const minute = { at: 0, requests: 0 };
  let now = startAt;

  const chance = (mac: number, stream: Parameters<typeof roll>[2], n: number) => roll(seed, mac, stream, n);

  /** When a Mac picks up a command if the push arrives at `from`: usually soon, in some cases hours later. */
  const arrivalOf = (mac: number, from: number, n: number): number => {
    const late = chance(mac, STREAM.slow, n) < push.slow;
    const delay = 10_000 + chance(mac, STREAM.delay, n) * (late ? push.slowMs : QUICK_MS);
    const online = presence.onlineAt(mac, presence.onlineAt(mac, from) + delay);
    const up = presence.jamfUpAt(online);
    return up === online
      ? online
      : presence.onlineAt(mac, up + chance(mac, STREAM.delay, n + 7) * 15 * MINUTE_MS);
  };
  const take = (mac: number): string | null => {
    const at = now;
    measures.request(at);
    if (overAt(ca.outages, startAt, at) !== at) return refuse('the CA does not answer');
    if (Math.floor(at / MINUTE_MS) !== minute.at) {
      minute.at = Math.floor(at / MINUTE_MS);
      minute.requests = 0;
    }
    minute.requests += 1;
    if (minute.requests > ca.perMinute) return refuse('the CA answered 429');
    enrolled[mac] = (enrolled[mac] ?? 0) + 1;
    const fails = chance(mac, STREAM.enrolment, enrolled[mac] ?? 0) < ca.failing;
    if (!fails || chance(mac, STREAM.issuedAnyway, enrolled[mac] ?? 0) < ca.issuedAnyway) measures.issued(at);
    if (fails) return refuse(`enrollment failed (${String(mac)}.${String(enrolled[mac])})`);
    const old = macs.issuedAt[mac] ?? 0;
    if (at - old > scenario.lifetimeMs / 4) measures.renewed();
    macs.install(mac, at, pendingSide[mac] === 1 ? 1 : 0);
    measures.restored(mac, at);
    events.add(macs.expiresAt[mac] ?? 0, EXPIRE, mac, macs.serial[mac] ?? 0);
    return null;
  };
  const refuse = (error: string): string => {
    measures.refused();
    return error;
  };
  const expire = (mac: number, serial: number) => {
    if (macs.serial[mac] !== serial) return;
    measures.expired(mac, now, presence.onlineMs(mac, now - scenario.avoidable.windowMs, now));
  };

  const world: World = {
    scenario,
    macs,
    presence,
    measures,
    now: () => now,
    schedule(at, kind, mac, data) {
      if (at < endAt) events.add(Math.max(at, now), kind, mac, data);
    },
    send(mac, side) {
      sent[mac] = (sent[mac] ?? 0) + 1;
      const number = sent[mac] ?? 0;
      pending[mac] = number;
      pendingSide[mac] = side;
      wakes[mac] = 0;
      const lost = chance(mac, STREAM.lostPush, number) < push.lost;
      // A Mac that comes online requests its commands even if the push was lost.
      const from = lost ? presence.nextSession(mac, now) : now;
      const at = from === Infinity ? Infinity : arrivalOf(mac, from, number * 8);
      if (at < endAt) events.add(at, TAKE, mac, number);
    },
    isPending: (mac) => (pending[mac] ?? 0) > 0,
    blankPush(mac) {
      const number = pending[mac] ?? 0;
      if (number === 0 || presence.onlineAt(mac, now) !== now) return;
      wakes[mac] = (wakes[mac] ?? 0) + 1;
      const n = number * 8 + (wakes[mac] ?? 0);
      if (chance(mac, STREAM.lostPush, n + 1_000_000) >= push.lost)
        events.add(now + 10_000 + chance(mac, STREAM.delay, n) * QUICK_MS, TAKE, mac, number);
    },
    drop(mac) {
      pending[mac] = 0;
    },
  };

  const policy = policyOf(world);
  for (let mac = 0; mac < computers; mac += 1)
    events.add(macs.expiresAt[mac] ?? 0, EXPIRE, mac, macs.serial[mac] ?? 0);
  policy.begin();
  for (let next = events.next(); next !== null && next.at < endAt; next = events.next()) {
    const { kind, mac, data } = next;
    now = next.at;
    if (kind === EXPIRE) expire(mac, data);
    else if (kind !== TAKE) policy.happens(kind, mac, data);
    else if (pending[mac] === data) {
      pending[mac] = 0;
      policy.taken(mac, { error: take(mac) });
    }
  }
  now = endAt;
  return measures.figures(policy.name);
}
