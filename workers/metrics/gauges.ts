import { expiryGauges } from './expiries.js';
import type { State } from '../../src/domain/redistribution/record.js';
import { by, flag, type FleetGauge, perProfile, perServer, samples, seconds, secondsSince } from './gauge.js';

/** States in which a redistribution ends. Their counts and ages only grow, so they are not reported. */
const ENDED: ReadonlySet<string> = new Set<State>(['verified', 'needs-human', 'cancelled']);
const open = <T>(states: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(states).filter(([state]) => !ENDED.has(state)));

const FLEET: readonly FleetGauge[] = [
  {
    name: 'recert_healthy',
    help: 'Whether the overview is healthy, as shown by `recert status`: 1 healthy, 0 unhealthy.',
    labels: [],
    read: ({ overview }) => [[{}, flag(overview.healthy)]],
  },
  {
    name: 'recert_findings',
    help: 'Number of findings of the overview, by severity. An error makes the overview unhealthy.',
    labels: ['severity'],
    read: ({ overview: { findings } }) =>
      (['error', 'warning'] as const).map((severity) => [
        { severity },
        findings.filter((finding) => finding.severity === severity).length,
      ]),
  },
  perServer(
    'recert_fleet_computers',
    'Number of stored Macs: known to Jamf Pro, or retired.',
    ({ overview: { computers } }) => by('state', computers),
    ['state'],
  ),
  perProfile(
    'recert_computers',
    'Number of Macs by state of the certificate. Overdue means that the renewal is late.',
    ({ overview }) => by('state', overview.states),
    ['state'],
  ),
  perProfile(
    'recert_computers_without_certificate',
    'Number of Macs in scope without a certificate for longer than the setting `missing`.',
    ({ overview }) => overview.missing.computers,
  ),
  ...expiryGauges(),
  perProfile(
    'recert_coverage_ratio',
    'Share of the Macs with the profile whose certificate status is known, from the last full sweep.',
    ({ overview: { measured } }) =>
      measured && measured.computers > 0 ? measured.known / measured.computers : null,
  ),
  perProfile(
    'recert_coverage_minimum_ratio',
    'The setting `coverage`: the smallest share that is healthy.',
    ({ name }, _, { settings }) => settings.profiles[name]?.coverage ?? null,
  ),
  perProfile(
    'recert_profile_findings',
    'Number of findings of the profile check, by severity; profile_id is the ID of the profile in Jamf Pro.',
    ({ findings }) =>
      findings.map(({ profileId, severity, count }) => [{ profile_id: profileId, severity }, count]),
    ['profile_id', 'severity'],
  ),
];

const REDISTRIBUTIONS: readonly FleetGauge[] = [
  perServer(
    'recert_redistributions',
    'Number of open redistributions that still make progress or wait, by state.',
    ({ overview }) => by('state', open(overview.redistributions.byState)),
    ['state'],
  ),
  perProfile(
    'recert_computers_needing_attention',
    'Number of Macs whose latest redistribution has no automatic attempts left.',
    ({ needAttention }) => needAttention,
  ),
  perServer(
    'recert_redistribution_oldest_seconds',
    'Time for which the oldest redistribution has been in its state, in seconds, by state.',
    ({ oldest }, facts) =>
      Object.entries(open(oldest)).map(([state, since]) => [{ state }, secondsSince(since, facts)]),
    ['state'],
  ),
  perServer(
    'recert_redistributions_blocked',
    'Number of blocked redistributions, by reason.',
    ({ blocked }) => by('reason', blocked),
    ['reason'],
  ),
  perServer(
    'recert_exclusions',
    'Number of Macs that Recert added to an exclusion group, or found in such a group.',
    ({ overview }) => overview.leases.count,
  ),
  perServer(
    'recert_exclusions_late',
    'Number of Macs that Recert should already have removed from an exclusion group. They have no certificate.',
    ({ overview }) => overview.leases.late,
  ),
  perServer(
    'recert_exclusion_oldest_seconds',
    'Time since the oldest exclusion began, in seconds; 0 without an exclusion.',
    ({ excludedSince }, facts) => secondsSince(excludedSince, facts),
  ),
  perProfile(
    'recert_circuit_breaker_open',
    'Whether the circuit breaker of a watched profile is open: 1 open (renewals stopped), 0 closed.',
    ({ overview }) => flag(overview.breaker !== null),
  ),
  perProfile('recert_on_hold', 'Whether renewals are on hold (cool-down): 1 or 0.', ({ overview }) =>
    flag(overview.hold !== null),
  ),
  perProfile(
    'recert_mode_active',
    'Mode of a watched profile: 1 active (mode: act), 0 observe mode.',
    ({ overview }) => flag(overview.mode === 'act'),
  ),
  perServer('recert_paused', 'Whether renewals of a Jamf Pro server are paused: 1 or 0.', ({ overview }) =>
    flag(overview.paused !== null),
  ),
];

const CAPACITY: readonly FleetGauge[] = [
  perProfile(
    'recert_capacity_certificates_limit',
    'Rate limit in effect: certificates an hour.',
    ({ overview }) => overview.capacity?.hourlyCap ?? null,
  ),
  perProfile(
    'recert_capacity_certificates_used',
    'Number of attempts that the rate limit permitted within the last hour.',
    ({ used }) => used.hourly,
  ),
  perProfile(
    'recert_capacity_in_progress_limit',
    'Concurrency limit in effect: redistributions in progress at once.',
    ({ overview }) => overview.capacity?.inFlight ?? null,
  ),
  perProfile(
    'recert_capacity_in_progress_used',
    'Number of redistributions in progress that count toward the concurrency limit.',
    ({ used }) => used.inFlight,
  ),
  perProfile(
    'recert_capacity_short_computers',
    'Number of Macs that will be overdue even with the largest allowed capacity; 0 when the capacity suffices.',
    ({ overview: { capacity } }) => capacity && (capacity.shortage?.computers ?? 0),
  ),
  perProfile(
    'recert_capacity_short_timestamp_seconds',
    'When the first Mac becomes overdue because it waits for capacity, seconds since 1970. Only during a shortage.',
    ({ overview }) => seconds(overview.capacity?.shortage?.at),
  ),
];

const READING: readonly FleetGauge[] = [
  perServer(
    'recert_hints_pending',
    'Size of the assessment backlog: number of Macs that are queued to be assessed.',
    ({ overview }) => overview.hints,
  ),
  perServer(
    'recert_last_webhook_timestamp_seconds',
    'When the last webhook of a Jamf Pro server was admitted, seconds since 1970.',
    ({ overview }) => seconds(overview.lastWebhookAt),
  ),
  perServer(
    'recert_last_sweep_timestamp_seconds',
    'When the last sweep that read from Jamf Pro ended, seconds since 1970.',
    ({ overview }) => seconds(overview.lastSweepAt),
  ),
  perServer(
    'recert_last_full_sweep_timestamp_seconds',
    'When the last sweep of the whole fleet ended, seconds since 1970. Absent while the first one runs.',
    ({ overview }) => seconds(overview.fullSweep?.finishedAt),
  ),
  perServer(
    'recert_sweep_interval_seconds',
    'Configured interval of the sweeps of a Jamf Pro server, by type.',
    ({ settings: { sweep } }) => [
      [{ type: 'changed' }, sweep.changed / 1_000],
      [{ type: 'full' }, sweep.full / 1_000],
    ],
    ['type'],
  ),
  perServer(
    'recert_jamf_connections',
    'Number of connections to Jamf Pro that are in use, by all workers together.',
    ({ connections }) => connections,
  ),
  perServer(
    'recert_jamf_connections_limit',
    'The setting maxConnections: the largest number of concurrent connections to Jamf Pro.',
    ({ settings }) => settings.maxConnections,
  ),
];

const QUEUES_AND_REDIS: readonly FleetGauge[] = [
  {
    name: 'recert_queue_jobs',
    help: 'Number of jobs, by queue and state. Failed jobs are not retried automatically.',
    labels: ['queue', 'state'],
    read: ({ overview }) =>
      overview.queues.flatMap(({ name: queue, waiting, active, delayed, failed }) =>
        samples({ queue }, by('state', { waiting, active, delayed, failed })),
      ),
  },
  {
    name: 'recert_queue_oldest_job_seconds',
    help: 'Time for which the oldest waiting or active job has waited or run, in seconds; 0 without such a job.',
    labels: ['queue', 'state'],
    read: ({ ages }) =>
      Object.entries(ages).flatMap(([queue, { waiting, active }]) =>
        samples({ queue }, by('state', { waiting: waiting / 1_000, active: active / 1_000 })),
      ),
  },
  {
    name: 'recert_queue_workers',
    help: 'Number of worker processes that are connected to a queue.',
    labels: ['queue'],
    read: ({ overview }) => overview.queues.map(({ name, workers }) => [{ queue: name }, workers]),
  },
  {
    name: 'recert_redis_memory_used_bytes',
    help: 'Memory that Redis uses, in bytes.',
    labels: [],
    read: ({ memory }) => [[{}, memory.used]],
  },
  {
    name: 'recert_redis_memory_limit_bytes',
    help: 'The setting maxmemory of Redis, in bytes; 0 means no limit.',
    labels: [],
    read: ({ memory }) => [[{}, memory.most]],
  },
];

/** The figures of the fleet. */
export const FLEET_GAUGES: readonly FleetGauge[] = [
  ...FLEET,
  ...REDISTRIBUTIONS,
  ...CAPACITY,
  ...READING,
  ...QUEUES_AND_REDIS,
];
