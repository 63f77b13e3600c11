import { DAY_MS, HOUR_MS, MINUTE_MS, type Scenario } from './scenario.js';

/** Figures of a simulation under one policy. */
export interface YearFigures {
  policy: string;
  computers: number;
  days: number;
  /** Number of certificates that expired without a newer certificate on the Mac. */
  expiries: number;
  /** Number of `expiries` on Macs that were online during the period in which the renewal was possible. */
  avoidable: number;
  /** Shortest online time of a Mac in this period among the avoidable expiries, milliseconds; `null` without avoidable expiries. */
  avoidableLeastOnlineMs: number | null;
  /** Number of `avoidable` expiries on Macs that were online for at least a working day (8 hours). */
  avoidableByFar: number;
  macDaysWithout: number;
  issued: number;
  /** Number of new certificates whose predecessor was older than a quarter of its lifetime. */
  renewals: number;
  issuedPerRenewal: number;
  /** Number of requests to the CA, including refused ones. */
  requests: number;
  refused: number;
  calls: number;
  callsPerRenewal: number;
  /** Largest number of requests within 60 minutes. */
  largestHour: number;
  /** Number of redistributions that needed attention. */
  asked: number;
  daily: { issued: readonly number[]; without: readonly number[] };
}

/** Collects the figures during a simulation. */
export interface Measures {
  request(at: number): void;
  issued(at: number): void;
  refused(): void;
  renewed(): void;
  calls(count: number): void;
  asked(): void;
  expired(mac: number, at: number, onlineMs: number): void;
  /** Records that a Mac has a valid certificate again. */
  restored(mac: number, at: number): void;
  figures(policy: string): YearFigures;
}

const WORKING_DAY_MS = 8 * HOUR_MS;

export function createMeasures({ startAt, days, computers, avoidable }: Scenario): Measures {
  const minutes = new Int32Array(days * 24 * 60);
  const issuedOn = new Array<number>(days).fill(0);
  const withoutOn = new Array<number>(days).fill(0);
  const expiredAt = new Float64Array(computers);
  const endAt = startAt + days * DAY_MS;
  const totals = { expiries: 0, avoidable: 0, byFar: 0, without: 0, issued: 0, requests: 0 };
  const more = { refused: 0, renewals: 0, calls: 0, asked: 0, leastOnlineMs: Infinity };
  const dayOf = (at: number) => Math.floor((at - startAt) / DAY_MS);

  const without = (from: number, to: number) => {
    totals.without += (to - from) / DAY_MS;
    for (let day = dayOf(from); day <= Math.min(dayOf(to - 1), days - 1); day += 1)
      withoutOn[day] = (withoutOn[day] ?? 0) + 1;
  };
  return {
    request(at) {
      totals.requests += 1;
      const minute = Math.floor((at - startAt) / MINUTE_MS);
      minutes[minute] = (minutes[minute] ?? 0) + 1;
    },
    issued(at) {
      totals.issued += 1;
      issuedOn[dayOf(at)] = (issuedOn[dayOf(at)] ?? 0) + 1;
    },
    refused: () => void (more.refused += 1),
    renewed: () => void (more.renewals += 1),
    calls: (count) => void (more.calls += count),
    asked: () => void (more.asked += 1),
    expired(mac, at, onlineMs) {
      totals.expiries += 1;
      expiredAt[mac] = at;
      if (onlineMs <= avoidable.onlineMs) return;
      totals.avoidable += 1;
      if (onlineMs >= WORKING_DAY_MS) totals.byFar += 1;
      more.leastOnlineMs = Math.min(more.leastOnlineMs, onlineMs);
    },
    restored(mac, at) {
      const since = expiredAt[mac] ?? 0;
      if (since === 0) return;
      without(since, at);
      expiredAt[mac] = 0;
    },
    figures(policy) {
      for (const [mac, since] of expiredAt.entries()) {
        if (since === 0) continue;
        without(since, endAt);
        expiredAt[mac] = 0;
      }
      const { renewals, calls, refused, asked, leastOnlineMs } = more;
      return {
        policy,
        computers,
        days,
        expiries: totals.expiries,
        avoidable: totals.avoidable,
        avoidableLeastOnlineMs: leastOnlineMs === Infinity ? null : leastOnlineMs,
        avoidableByFar: totals.byFar,
        macDaysWithout: totals.without,
        issued: totals.issued,
        renewals,
        issuedPerRenewal: renewals === 0 ? 0 : totals.issued / renewals,
        requests: totals.requests,
        refused,
        calls,
        callsPerRenewal: renewals === 0 ? 0 : calls / renewals,
        largestHour: largest(minutes, 60),
        asked,
        daily: { issued: issuedOn, without: withoutOn },
      };
    },
  };
}

/** Returns the largest sum of `width` consecutive values. */
function largest(values: Int32Array, width: number): number {
  let sum = 0;
  let most = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += (values[index] ?? 0) - (values[index - width] ?? 0);
    most = Math.max(most, sum);
  }
  return most;
}
