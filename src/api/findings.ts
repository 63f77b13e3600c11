import { formatDuration } from '../config/duration.js';
import type { Config } from '../config/schema.js';
import type { Overview } from './schemas/overview.js';

type Finding = Overview['findings'][number];
type InstanceLook = Overview['instances'][number];

/** A sweep that is this many of its intervals late has stopped. */
const SWEEPS_MISSED = 3;

/** What a person should know of an overview, errors first. Pure. */
export function findingsOf({
  instances,
  queues,
  config,
  at,
}: {
  instances: readonly InstanceLook[];
  queues: Overview['queues'];
  config: Config;
  at: number;
}): Finding[] {
  const findings = [
    ...queues.flatMap(ofQueue),
    ...instances.flatMap((instance) => [
      ...ofSwitches(instance),
      ...ofSweep(instance, config, at),
      ...ofAudit(instance),
      ...ofCertificates(instance),
      ...ofRedistributions(instance),
    ]),
  ];
  return [
    ...findings.filter(({ severity }) => severity === 'error'),
    ...findings.filter(({ severity }) => severity === 'warning'),
  ];
}

function ofQueue({ name, workers, failed }: Overview['queues'][number]): Finding[] {
  return [
    ...(workers === 0
      ? [error(null, `No worker takes from the queue ${name}: start one with \`recert work\`.`)]
      : []),
    ...(failed > 0
      ? [warning(null, `${failed} jobs of the queue ${name} have failed; /queues shows why.`)]
      : []),
  ];
}

function ofSwitches({ name, paused, profiles, leases }: InstanceLook): Finding[] {
  const observed = profiles.filter(({ mode }) => mode === 'observe').map((profile) => profile.name);
  return [
    ...(paused
      ? [warning(name, `Paused by ${paused.by}: ${paused.reason}. Nothing is sent until somebody resumes.`)]
      : []),
    ...(observed.length > 0
      ? [
          warning(
            name,
            `Only observed, nothing is written to Jamf: ${observed.join(', ')}. mode: act switches it on.`,
          ),
        ]
      : []),
    ...profiles.flatMap(({ breaker, hold }) => [
      ...(breaker ? [error(name, `The breaker is open, nothing is triggered: ${breaker.text}`)] : []),
      ...(hold ? [warning(name, `Nothing is triggered: ${hold.text}.`)] : []),
    ]),
    ...(leases.late > 0
      ? [
          error(
            name,
            `${leases.late} Macs are in an exclusion group and cannot be taken back: they have no certificate. Recert goes on trying.`,
          ),
        ]
      : []),
    ...profiles
      .filter(({ known }) => !known)
      .map((profile) =>
        error(
          name,
          `Jamf has not told of the profiles of ${profile.name}: nothing is decided for it. Are the ids right, and may the API client read profiles?`,
        ),
      ),
  ];
}

function ofSweep({ name, lastSweepAt }: InstanceLook, { instances }: Config, at: number): Finding[] {
  const everyMs = instances[name]?.sweep.changed;
  if (lastSweepAt === null)
    return [error(name, 'No sweep has run yet: is a worker running, and can it reach Jamf?')];
  const agoMs = at - lastSweepAt;
  return everyMs !== undefined && agoMs > SWEEPS_MISSED * everyMs
    ? [
        error(
          name,
          `The last sweep was ${formatDuration(agoMs)} ago; one is due every ${formatDuration(everyMs)}. Can the worker reach Jamf?`,
        ),
      ]
    : [];
}

function ofAudit({ name, profiles }: InstanceLook): Finding[] {
  return profiles.flatMap(({ name: profile, audit }) => {
    if (!audit || audit.errors + audit.warnings === 0) return [];
    const { errors, warnings } = audit;
    const text = `The audit of ${profile} has ${errors} errors and ${warnings} warnings: \`recert profiles audit\` says what and what to do.`;
    return [errors > 0 ? error(name, text) : warning(name, text)];
  });
}

function ofCertificates({ name, profiles }: InstanceLook): Finding[] {
  return profiles.flatMap(({ name: profile, states }) => [
    ...(states.expired > 0
      ? [error(name, `${macs(states.expired, 'has', 'have')} an expired certificate (${profile}).`)]
      : []),
    ...(states.overdue > 0
      ? [error(name, `${macs(states.overdue, 'is', 'are')} overdue for renewal (${profile}).`)]
      : []),
    ...(states.unknown > 0
      ? [
          warning(
            name,
            `Of ${macs(states.unknown)} nothing can be said (${profile}): \`recert computers --state unknown\`.`,
          ),
        ]
      : []),
  ]);
}

function ofRedistributions({ name, redistributions: { byState } }: InstanceLook): Finding[] {
  const count = byState['needs-human'];
  return count > 0
    ? [
        error(
          name,
          `${count === 1 ? '1 redistribution needs' : `${count} redistributions need`} a person: \`recert redistributions list --state needs-human\`.`,
        ),
      ]
    : [];
}

function macs(count: number, one = '', many = ''): string {
  return (count === 1 ? `1 Mac ${one}` : `${count} Macs ${many}`).trim();
}

function error(instance: string | null, text: string): Finding {
  return { severity: 'error', instance, text };
}

function warning(instance: string | null, text: string): Finding {
  return { severity: 'warning', instance, text };
}
