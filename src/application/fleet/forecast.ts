import { formatDuration } from '../../config/values/duration.js';
import { asWritten } from '../../config/summary.js';
import { DEFAULT_CA_LIMIT } from '../../domain/capacity/bounds.js';
import { largestOf } from '../../domain/capacity/capacity.js';
import type { CapacitySettings } from '../../domain/capacity/chosen.js';
import { forecast, type Forecast } from '../../domain/forecast/forecast.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { readForecastFleet, type TooLongMacs } from './forecast-fleet.js';
import type { ForecastAnswer } from '../../contract/resources/forecast.js';
import type { Ports } from '../ports.js';

/** Settings that replace the configured ones in a forecast. `window`: the renewal window in milliseconds. */
export interface WhatIf {
  window?: number | undefined;
  hourlyCap?: number | undefined;
  inFlight?: number | undefined;
}

const LEAST_PROOF_MS = 1_000;

/** Computes the forecast of one watched profile for `days` days from now. */
export async function forecastOf(
  services: Pick<Ports, 'computers' | 'now' | 'config'>,
  watched: WatchedProfile,
  { days, ...whatIf }: WhatIf & { days: number },
): Promise<ForecastAnswer> {
  const now = services.now();
  const fleet = await readForecastFleet(services.computers, watched, now);
  const policy = { ...watched.policy, window: whatIf.window ?? watched.policy.window };
  const settings = settingsOf(services, watched, whatIf);
  // With automatic limits, the answer shows the current limits, but the plan uses the largest limits that Recert may
  // choose.
  const isChosen = settings.hourlyCap === 'auto' && settings.inFlight === 'auto';
  const { hourlyCap, inFlight } = isChosen ? policy : largestOf(settings);
  const proofMs = Math.max(fleet.proofMs, LEAST_PROOF_MS);
  const { seenShare } = fleet;
  const seen = forecast(fleet.dates, { ...watched, policy }, { now, days, settings, seenShare });
  return {
    at: now,
    instance: watched.instance,
    profile: watched.name,
    whatIf: [whatIf.window, whatIf.hourlyCap, whatIf.inFlight].some((value) => value !== undefined),
    settings: {
      mode: policy.mode,
      windowMs: seen.windowMs,
      hourlyCap,
      inFlight,
      proofMs,
      lifetimeMs: seen.lifetimeMs,
    },
    configured: configuredOf(watched),
    computers: {
      counted: fleet.dates.length,
      expired: fleet.dates.filter(({ expiresAt }) => expiresAt < now).length,
      unknown: fleet.unknown,
      complete: fleet.complete,
    },
    capacity: seen.capacity,
    shortAt: seen.shortAt,
    lapsesAt: seen.lapsesAt,
    late: seen.late,
    lapsing: seen.lapsing,
    advice: seen.advice,
    tooLong: fleet.tooLong.map(({ side: half, listed, ...group }) => ({
      ...group,
      half,
      listed: [...listed],
    })),
    sentence: [sentenceOf(seen), ...fleet.tooLong.map(tooLongSentence)].join(' '),
    days: [...seen.days],
  };
}

/** Returns the configured limits, with the limits that the request sets in their place. */
function settingsOf(
  { config }: Pick<Ports, 'config'>,
  { instance, name, policy }: WatchedProfile,
  whatIf: WhatIf,
): CapacitySettings {
  const {
    hourlyCap = policy.hourlyCap,
    inFlight = policy.inFlight,
    caLimit = hourlyCap === 'auto' ? DEFAULT_CA_LIMIT : hourlyCap,
  } = config.instances[instance]?.profiles[name]?.capacity ?? {};
  return { hourlyCap: whatIf.hourlyCap ?? hourlyCap, inFlight: whatIf.inFlight ?? inFlight, caLimit };
}

/** Returns the configured settings that affect a forecast. IDs of groups and profiles in Jamf Pro are left out. */
function configuredOf({ policy }: WatchedProfile): ForecastAnswer['configured'] {
  const {
    overlap: _overlap,
    cycle: _cycle,
    subject: _subject,
    mechanisms: _mechanisms,
    hourlyCap: _hourlyCap,
    inFlight: _inFlight,
    caLimit: _caLimit,
    perMinute: _perMinute,
    leads: _leads,
    ...rest
  } = policy;
  return asWritten(rest);
}

const LIMITS: Readonly<Record<Forecast['capacity']['boundBy'], string>> = {
  'hourly-cap': 'the rate limit',
  'in-flight-cap': 'the concurrency limit',
  'ca-limit': 'the limit of the CA',
};

function sentenceOf({
  capacity,
  shortAt,
  lapsesAt,
  late,
  lapsing,
  advice,
  windowMs,
  days,
}: Forecast): string {
  const { perDay, boundBy } = capacity;
  const limit = LIMITS[boundBy];
  const room = `${limit} allows ${many(Math.floor(perDay))} renewals per day`;
  const fullest = Math.max(0, ...days.map(({ planned }) => planned));
  if (shortAt === null)
    return `Capacity is sufficient: ${room}; the busiest day needs ${fullest === 0 ? 'none' : many(fullest)}.`;
  const lapse =
    lapsesAt === null
      ? ''
      : `. From ${day(lapsesAt)}, ${many(lapsing)} certificates expire before they can be renewed`;
  const caLimit = advice?.caLimit ? [`capacity.caLimit ${advice.caLimit} (ask Okta first)`] : [];
  const caps = advice?.caps
    ? [`hourlyCap ${advice.caps.hourlyCap} with inFlight ${advice.caps.inFlight}`]
    : [];
  const limits = [...caps, ...caLimit].join(' and ');
  const window = advice?.windowMs
    ? [`a renewal window of ${formatDuration(advice.windowMs)} instead of ${formatDuration(windowMs)}`]
    : [];
  const fix = [...(limits === '' ? [] : [limits]), ...window].join(', or ');
  return `Capacity is insufficient from ${day(shortAt)}: ${room}, so ${many(late)} Macs become overdue while waiting${lapse}. ${fix === '' ? 'No higher limit or longer renewal window would help: these Macs are overdue too soon.' : `To fix: ${fix}.`}`;
}

function tooLongSentence({ mechanism, side, profileId, computers, longest, most }: TooLongMacs): string {
  const macs = computers === 1 ? '1 Mac' : `${many(computers)} Macs`;
  const half = side === null ? '' : ` (${side})`;
  return `The renewal of ${macs} must fail: with the mechanism ${mechanism}, the subject of profile ${profileId}${half} has up to ${longest} characters, at most ${most} are allowed. Shorten the subject or the names of the Macs.`;
}

function many(count: number): string {
  return count.toLocaleString('en');
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
