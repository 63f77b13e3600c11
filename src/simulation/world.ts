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
  /** Schedules a call of `Policy.happens`. The policy defines the meaning of `kind` and `data`. */
  schedule(at: number, kind: number, mac: number, data: number): void;
  /** Sends InstallProfile. `Policy.taken` is called when the Mac receives it. Only one command per Mac can be pending. */
  send(mac: number, side: 0 | 1): void;
  isPending(mac: number): boolean;
  /** Wakes a Mac that is online and has a pending command. */
  blankPush(mac: number): void;
  /** Deletes the pending command. */
  drop(mac: number): void;
}

/** A strategy for renewing certificates, which the simulation runs. */
export interface Policy {
  name: string;
  begin(): void;
  /** Returns a promise if the event is not handled synchronously. The next event then waits for it. */
  happens(kind: number, mac: number, data: number): Promise<void> | undefined;
  taken(mac: number, taken: Taken): void;
}

const TAKE = 250;
const EXPIRE = 251;
/** Maximum time in which an online Mac receives a command, unless the command is slow, milliseconds. */
const QUICK_MS = 2 * MINUTE_MS;

/** Simulates a scenario under one policy, event by event, and returns its figures. */
export async function liveThrough(
  scenario: Scenario,
  policyOf: (world: World) => Policy,
): Promise<YearFigures> {
  const { computers, startAt, days, avoidable } = scenario;
  const events = createEvents();
  const presence = createPresence(scenario);
  const macs = createMacs(scenario, presence);
  const measures = createMeasures(scenario);
  const endAt = startAt + days * DAY_MS;
  let now = startAt;
  const schedule: World['schedule'] = (at, kind, mac, data) => {
    if (at < endAt) events.add(Math.max(at, now), kind, mac, data);
  };
  const ca = createCa(scenario, measures);
  const delivery = createDelivery(scenario, presence, (at, mac, command) => schedule(at, TAKE, mac, command));
  const world: World = {
    scenario,
    macs,
    presence,
    measures,
    now: () => now,
    schedule,
    send: (mac, side) => delivery.send(mac, side, now),
    isPending: delivery.isPending,
    blankPush: (mac) => delivery.blankPush(mac, now),
    drop: delivery.drop,
  };
  const take = (mac: number): string | null => {
    const error = ca.request(mac, now);
    if (error !== null) return error;
    if (now - (macs.issuedAt[mac] ?? 0) > scenario.lifetimeMs / 4) measures.renewed();
    macs.install(mac, now, delivery.sideOf(mac));
    measures.restored(mac, now);
    events.add(macs.expiresAt[mac] ?? 0, EXPIRE, mac, macs.serial[mac] ?? 0);
    return null;
  };
  const expire = (mac: number, serial: number) => {
    if (macs.serial[mac] !== serial) return;
    measures.expired(mac, now, presence.onlineMs(mac, Math.max(startAt, now - avoidable.windowMs), now));
  };

  const policy = policyOf(world);
  for (let mac = 0; mac < computers; mac += 1)
    events.add(macs.expiresAt[mac] ?? 0, EXPIRE, mac, macs.serial[mac] ?? 0);
  policy.begin();
  for (let next = events.next(); next !== null && next.at < endAt; next = events.next()) {
    const { kind, mac, data } = next;
    now = next.at;
    if (kind === EXPIRE) expire(mac, data);
    else if (kind === TAKE) {
      if (delivery.takes(mac, data)) policy.taken(mac, { error: take(mac) });
    } else {
      const handled = policy.happens(kind, mac, data);
      if (handled !== undefined) await handled;
    }
  }
  now = endAt;
  return measures.figures(policy.name);
}

/**
 * Creates the CA. It refuses requests during an outage and above its rate limit. A share of the other requests fails,
 * some of them after the certificate was issued.
 */
function createCa({ computers, seed, startAt, ca }: Scenario, measures: Measures) {
  /** Number of requests of each Mac that were not refused. The random values of the next request depend on it. */
  const enrolled = new Int32Array(computers);
  const minute = { at: 0, requests: 0 };
  const refuse = (error: string): string => {
    measures.refused();
    return error;
  };
  return {
    /** Requests a certificate. Returns the error; `null` when the certificate is issued. */
    request(mac: number, at: number): string | null {
      measures.request(at);
      if (overAt(ca.outages, startAt, at) !== at) return refuse('the CA does not answer');
      if (Math.floor(at / MINUTE_MS) !== minute.at) {
        minute.at = Math.floor(at / MINUTE_MS);
        minute.requests = 0;
      }
      minute.requests += 1;
      if (minute.requests > ca.perMinute) return refuse('the CA answered 429');
      const n = (enrolled[mac] ?? 0) + 1;
      enrolled[mac] = n;
      const fails = roll(seed, mac, STREAM.enrolment, n) < ca.failing;
      if (!fails || roll(seed, mac, STREAM.issuedAnyway, n) < ca.issuedAnyway) measures.issued(at);
      return fails ? refuse(`enrollment failed (${String(mac)}.${String(n)})`) : null;
    },
  };
}

/** Creates the delivery of InstallProfile commands. If a Mac receives a command, `arrives` is called with the time. */
function createDelivery(
  { computers, seed, push }: Scenario,
  presence: Presence,
  arrives: (at: number, mac: number, command: number) => void,
) {
  /**
   * Number of the pending command of each Mac; 0 if none is pending. Commands are numbered per Mac, and the number
   * determines their random values.
   */
  const pending = new Int32Array(computers);
  const side = new Uint8Array(computers);
  const sent = new Int32Array(computers);
  const wakes = new Int32Array(computers);
  const chance = (mac: number, stream: Parameters<typeof roll>[2], n: number) => roll(seed, mac, stream, n);

  /** Returns when a Mac receives a command whose push arrives at `from`: usually after minutes, in some cases after hours. */
  const arrivalOf = (mac: number, from: number, n: number): number => {
    const late = chance(mac, STREAM.slow, n) < push.slow;
    const delay = 10_000 + chance(mac, STREAM.delay, n) * (late ? push.slowMs : QUICK_MS);
    const online = presence.onlineAt(mac, presence.onlineAt(mac, from) + delay);
    const up = presence.jamfUpAt(online);
    return up === online
      ? online
      : presence.onlineAt(mac, up + chance(mac, STREAM.delay, n + 7) * 15 * MINUTE_MS);
  };
  return {
    send(mac: number, to: 0 | 1, now: number): void {
      const number = (sent[mac] ?? 0) + 1;
      sent[mac] = number;
      pending[mac] = number;
      side[mac] = to;
      wakes[mac] = 0;
      const lost = chance(mac, STREAM.lostPush, number) < push.lost;
      // A Mac that comes online requests its commands even if the push was lost.
      const from = lost ? presence.nextSession(mac, now) : now;
      if (from !== Infinity) arrives(arrivalOf(mac, from, number * 8), mac, number);
    },
    isPending: (mac: number) => (pending[mac] ?? 0) > 0,
    blankPush(mac: number, now: number): void {
      const number = pending[mac] ?? 0;
      if (number === 0 || presence.onlineAt(mac, now) !== now) return;
      wakes[mac] = (wakes[mac] ?? 0) + 1;
      const n = number * 8 + (wakes[mac] ?? 0);
      if (chance(mac, STREAM.lostPush, n + 1_000_000) >= push.lost)
        arrives(now + 10_000 + chance(mac, STREAM.delay, n) * QUICK_MS, mac, number);
    },
    drop: (mac: number) => void (pending[mac] = 0),
    sideOf: (mac: number): 0 | 1 => (side[mac] === 1 ? 1 : 0),
    /** Whether the command was still pending when the Mac received it. The command is then no longer pending. */
    takes(mac: number, command: number): boolean {
      if (pending[mac] !== command) return false;
      pending[mac] = 0;
      return true;
    },
  };
}
