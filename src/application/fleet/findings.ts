import { formatDuration } from '../../config/values/duration.js';
import type { Config } from '../../config/schema.js';
import type { Overview } from '../../contract/resources/overview.js';

type Finding = Overview['findings'][number];
type InstanceLook = Overview['instances'][number];
/** Where to see the details of a finding: a page of the console, a CLI command. */
type Where = Partial<Pick<Finding, 'page' | 'command'>>;

/** Number of sweep intervals without a sweep after which the sweep counts as stopped. */
const SWEEPS_MISSED = 3;

/** Derives the findings of an overview, errors first. Pure function. */
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
      ? [error(null, `No worker is running for queue ${name}. Start one with \`recert work\`.`)]
      : []),
    ...(failed > 0
      ? [
          warning(null, `Queue ${name} has ${count(failed, 'failed job')}.`, {
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
      ? [
          warning(
            name,
            `Paused by ${paused.by}: ${asSentence(paused.reason)} No renewals are sent until someone resumes.`,
          ),
        ]
      : []),
    ...(observed.length > 0
      ? [
          warning(
            name,
            `Observe mode: ${observed.join(', ')}. Nothing is written to Jamf Pro. Set \`mode: act\` to enable renewals.`,
          ),
        ]
      : []),
    ...profiles.flatMap(({ breaker, hold }) => [
      ...(breaker
        ? [
            error(name, `Circuit breaker open, renewals stopped: ${asSentence(breaker.text)}`, {
              page: '/failures',
            }),
          ]
        : []),
      ...(hold ? [warning(name, `Renewals on hold: ${asSentence(hold.text)}`)] : []),
    ]),
    ...(leases.late > 0
      ? [
          error(
            name,
            leases.late === 1
              ? '1 Mac is stuck in an exclusion group and has no certificate. Recert keeps trying to restore it.'
              : `${format(leases.late)} Macs are stuck in an exclusion group and have no certificate. Recert keeps trying to restore them.`,
            leases.oldest === null ? {} : { page: `/macs/${name}/${leases.oldest.computer.id}` },
          ),
        ]
      : []),
    ...profiles
      .filter(({ known }) => !known)
      .map((profile) =>
        error(
          name,
          `Profile ${profile.name} has not been read from Jamf Pro yet, so no Macs are assessed. Check the profile IDs and the API client’s Read macOS Configuration Profiles privilege.`,
        ),
      ),
  ];
}

function ofSweep({ name, lastSweepAt }: InstanceLook, { instances }: Config, at: number): Finding[] {
  const everyMs = instances[name]?.sweep.changed;
  if (lastSweepAt === null)
    return [
      error(
        name,
        'No sweep has completed yet. Check that a worker is running and that it can reach Jamf Pro.',
      ),
    ];
  const agoMs = at - lastSweepAt;
  return everyMs !== undefined && agoMs > SWEEPS_MISSED * everyMs
    ? [
        error(
          name,
          `Last sweep ${formatDuration(agoMs)} ago (expected every ${formatDuration(everyMs)}). Check that the worker can reach Jamf Pro.`,
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
    const text = `Profile check of ${profile}: ${found.join(' and ')}.`;
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
        ? [
            warning(
              name,
              `${macs(unknown, 'has', 'have')} an unknown certificate status (${profile}).`,
              where('unknown'),
            ),
          ]
        : []),
    ];
  });
}

function ofRedistributions({ name, redistributions: { byState } }: InstanceLook): Finding[] {
  const needing = byState['needs-human'];
  return needing > 0
    ? [
        error(name, `${count(needing, 'redistribution')} ${needing === 1 ? 'needs' : 'need'} attention.`, {
          page: '/failures',
          command: 'recert redistributions list --state needs-human',
        }),
      ]
    : [];
}

function macs(number: number, singular: string, plural: string): string {
  return `${count(number, 'Mac')} ${number === 1 ? singular : plural}`;
}

function count(number: number, thing: string): string {
  return `${format(number)} ${thing}${number === 1 ? '' : 's'}`;
}

function format(number: number): string {
  return number.toLocaleString('en');
}

/** Adds a full stop unless the text ends with punctuation. */
function asSentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}

function error(instance: string | null, text: string, where: Where = {}): Finding {
  return { severity: 'error', instance, text, page: null, command: null, ...where };
}

function warning(instance: string | null, text: string, where: Where = {}): Finding {
  return { severity: 'warning', instance, text, page: null, command: null, ...where };
}
