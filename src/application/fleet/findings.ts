import { formatDuration } from '../../config/values/duration.js';
import type { Config } from '../../config/schema.js';
import type { Overview } from '../../contract/resources/overview.js';

type Finding = Overview['findings'][number];
type InstanceLook = Overview['instances'][number];
/** Where what a finding speaks of is shown: in the console, and by the command line. */
type Where = Partial<Pick<Finding, 'page' | 'command'>>;

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
      ? [
          warning(null, `${count(failed, 'job')} of the queue ${name} failed.`, {
            page: `/queues/queue/${name}?status=failed`,
          }),
        ]
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
      ...(breaker
        ? [error(name, `The breaker is open, nothing is triggered: ${breaker.text}`, { page: '/failures' })]
        : []),
      ...(hold ? [warning(name, `Nothing is triggered: ${hold.text}.`)] : []),
    ]),
    ...(leases.late > 0
      ? [
          error(
            name,
            leases.late === 1
              ? '1 Mac is in an exclusion group and cannot be taken back: it has no certificate. Recert goes on trying.'
              : `${many(leases.late)} Macs are in an exclusion group and cannot be taken back: they have no certificate. Recert goes on trying.`,
            leases.oldest === null ? {} : { page: `/macs/${name}/${leases.oldest.computer.id}` },
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
    const found = [
      ...(errors > 0 ? [count(errors, 'error')] : []),
      ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ];
    const text = `The audit of ${profile} has ${found.join(' and ')}.`;
    const where = { page: '/profiles', command: 'recert profiles audit' };
    return [errors > 0 ? error(name, text, where) : warning(name, text, where)];
  });
}

function ofCertificates({ name, profiles }: InstanceLook): Finding[] {
  return profiles.flatMap(({ name: profile, states }) => {
    const where = (state: string): Where => ({
      page: `/macs?state=${state}&profile=${encodeURIComponent(profile)}`,
      command: `recert computers --state ${state}`,
    });
    const { expired, overdue, unknown } = states;
    return [
      ...(expired > 0
        ? [
            error(
              name,
              `${macs(expired, 'has', 'have')} an expired certificate (${profile}).`,
              where('expired'),
            ),
          ]
        : []),
      ...(overdue > 0
        ? [error(name, `${macs(overdue, 'is', 'are')} overdue for renewal (${profile}).`, where('overdue'))]
        : []),
      ...(unknown > 0
        ? [warning(name, `Of ${macs(unknown)} nothing can be said (${profile}).`, where('unknown'))]
        : []),
    ];
  });
}

function ofRedistributions({ name, redistributions: { byState } }: InstanceLook): Finding[] {
  const needing = byState['needs-human'];
  return needing > 0
    ? [
        error(name, `${count(needing, 'redistribution')} ${needing === 1 ? 'needs' : 'need'} a person.`, {
          page: '/failures',
          command: 'recert redistributions list --state needs-human',
        }),
      ]
    : [];
}

function macs(number: number, one = '', several = ''): string {
  return `${count(number, 'Mac')} ${number === 1 ? one : several}`.trim();
}

function count(number: number, thing: string): string {
  return `${many(number)} ${thing}${number === 1 ? '' : 's'}`;
}

function many(number: number): string {
  return number.toLocaleString('en');
}

function error(instance: string | null, text: string, where: Where = {}): Finding {
  return { severity: 'error', instance, text, page: null, command: null, ...where };
}

function warning(instance: string | null, text: string, where: Where = {}): Finding {
  return { severity: 'warning', instance, text, page: null, command: null, ...where };
}
