import { formatDuration } from '../../config/values/duration.js';
import type { Config } from '../../config/schema.js';
import type { Overview } from '../../contract/resources/overview.js';
import { shortageRemedy, shortageText } from '../../domain/capacity/shortage.js';
import { type Problem, textOf, type Texts } from '../../domain/health/problem.js';
import {
  changesOf,
  goneText,
  namesOf,
  retiringText,
  revokedText,
  seenText,
} from '../../domain/incidents/detect.js';
import { problemsOf } from '../../domain/health/rules.js';
import type { WHY_UNREPORTED } from '../../domain/redistribution/evidence/status.js';
import { factsOf } from './health-facts.js';

type Finding = Overview['findings'][number];
/** Text of a finding, and where to see the details: a page of the console, and a CLI command. */
type Content = Pick<Finding, 'text'> & Partial<Pick<Finding, 'page' | 'command'>>;

/** Derives the findings of an overview, errors first. Has no side effects. */
export function findingsOf(
  overview: Pick<Overview, 'instances' | 'queues' | 'at' | 'removedInstances'> & { config: Config },
): Finding[] {
  const findings = problemsOf(factsOf(overview, overview.config)).flatMap(
    (problem) => findingOf(problem) ?? [],
  );
  return [
    ...findings.filter(({ severity }) => severity === 'error'),
    ...findings.filter(({ severity }) => severity === 'warning'),
  ];
}

function findingOf(problem: Problem): Finding | null {
  const content = textOf(CONTENTS, problem);
  if (content === null) return null;
  const severity = problem.severity === 'warning' ? 'warning' : 'error';
  return { severity, instance: problem.instance, page: null, command: null, ...content };
}

/** Why the declarative status of Macs is not read, and what to do. */
const STATUS_UNREAD: Readonly<Record<(typeof WHY_UNREPORTED)[number], string>> = {
  refused:
    'Jamf Pro refuses to return the declarative status of Macs. Add the privilege Read Mobile Devices to the API role.',
  missing:
    'Jamf Pro returned no declarative status in the most recent reads. Check that declarative device management is enabled.',
  failed: 'The most recent reads of the declarative status of Macs failed.',
};

const CONTENTS: Texts<Content> = {
  'queue-without-worker': ({ queue }) => ({
    text: `No worker is running for queue ${queue}. Start one with \`recert work\`.`,
  }),
  'queue-failed-jobs': ({ queue, count: failed }) => ({
    text: `Queue ${queue} has ${count(failed, 'failed job')}.`,
    page: `/queues/queue/${queue}?status=failed`,
    command: `recert jobs list --queue ${queue}`,
  }),
  paused: ({ by, reason }) => ({
    text: `Paused by ${by}: ${asSentence(reason)} No renewals are sent until someone resumes.`,
  }),
  'observe-mode': ({ profiles }) => ({
    text: `Observe mode: ${profiles.join(', ')}. Nothing is written to Jamf Pro. Set \`mode: act\` to enable renewals.`,
  }),
  'breaker-open': ({ text }) => ({
    text: `Circuit breaker open, renewals stopped: ${asSentence(text)}`,
    page: '/failures',
  }),
  'scopes-wrong': ({ profile, text }) => ({
    text: `No renewals of ${profile}, because its groups and the scopes in Jamf Pro do not match: ${text}`,
    page: '/profiles',
    command: 'recert doctor',
  }),
  'okta-retiring': ({ profile, configuration, endsAt }) => ({
    text: `${profile}: ${retiringText(configuration, endsAt)}`,
    page: '/profiles',
  }),
  'certificate-revoked': ({ profile, computers }) => ({
    text: `Okta revoked the current certificate of ${macs(computers.length, '', '').trim()} (${profile}). ${revokedText(computers)}`,
  }),
  'renewals-on-hold': ({ text }) => ({ text: `Renewals on hold: ${asSentence(text)}` }),
  'lease-not-taken-back': ({ late, oldest }, name) => ({
    text: `${macs(late, 'is', 'are')} stuck in an exclusion group and ${late === 1 ? 'has' : 'have'} no certificate. Recert keeps trying to restore ${late === 1 ? 'it' : 'them'}.`,
    page: oldest && `/macs/${name}/${oldest.computer.id}`,
  }),
  'instance-removed': ({ text }) => ({ text: asSentence(text) }),
  'group-changed': ({ groupId, count, latest }) => ({
    text: `A person or another Recert installation changes group ${groupId}: ${changesOf(latest, count)} Only Recert may change its groups.`,
  }),
  'profile-unknown': ({ profile, known, gone }) => ({
    text:
      gone.length > 0
        ? `Profile ${profile}: ${goneText(profile, { known, gone })}`
        : `Profile ${profile} has not been read from Jamf Pro yet, so no Macs are assessed. Check the profile IDs and the API client’s Read macOS Configuration Profiles privilege.`,
  }),
  'never-swept': () => ({
    text: 'No sweep has completed yet. Check that a worker is running and that it can reach Jamf Pro.',
  }),
  'sweep-stopped': ({ agoMs, everyMs }) => ({
    text: `Last sweep ${formatDuration(agoMs)} ago (expected every ${formatDuration(everyMs)}). Check that the worker can reach Jamf Pro.`,
  }),
  'profile-audit': ({ profile, errors, warnings }) => {
    const found = [
      ...(errors > 0 ? [count(errors, 'error')] : []),
      ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ];
    return {
      text: `Profile check of ${profile}: ${found.join(' and ')}.`,
      page: '/profiles',
      command: 'recert profiles audit',
    };
  },
  'certificate-expired': ({ profile, count }) => ({
    text: `${macs(count, 'has', 'have')} an expired certificate (${profile}).`,
    ...listOf(profile, 'expired'),
  }),
  'renewal-overdue': ({ profile, count }) => ({
    text: `${macs(count, 'is', 'are')} overdue for renewal (${profile}).`,
    ...listOf(profile, 'overdue'),
  }),
  'coverage-low': ({ profile, computers, known, least, subjects }) => ({
    text: `The certificate is known for ${known} of ${macs(computers, 'that has', 'that have')} the profile (${profile}), less than ${Math.round(100 * least)} %. ${seenText(subjects)}`,
    ...listOf(profile, 'unknown'),
  }),
  'certificate-missing': ({ profile, computers, examples, afterMs }) => ({
    text: `${macs(computers, 'in scope has', 'in scope have')} reported inventory without a certificate for more than ${formatDuration(afterMs)} (${profile}): ${namesOf(examples, computers)}. In Jamf Pro, check the management history for a failed InstallProfile command. To clear the command, redistribute to the Mac; this needs \`unstick\` in \`mechanisms\` and the privilege Flush MDM Commands.`,
    page: `/macs?state=unknown&why=no-certificate&profile=${encodeURIComponent(profile)}`,
    command: `recert computers --unknown no-certificate --profile ${profile}`,
  }),
  'fleet-fallen': ({ known, missing }) => ({
    text: `${missing} of ${known} Macs are missing from Jamf Pro. None of them is retired. If they are really gone, run \`recert resume\`.`,
    command: 'recert resume --reason ',
  }),
  'scope-empty': ({ profile, since }) => ({
    text:
      since === null
        ? `No Mac is in the scope of the profile (${profile}).`
        : `The targets of the scope were removed in Jamf Pro, or a target group has no members any more (${profile}). Recert uses the last known scope. Restore the targets or the members, or confirm with \`recert resume\`.`,
    page: '/profiles',
    command: 'recert profiles audit',
  }),
  'capacity-short': ({ profile, ...shortage }) => ({
    text: `Capacity is insufficient (${profile}). ${shortageText(shortage)} ${shortageRemedy(shortage)}`,
    command: 'recert forecast',
  }),
  'window-too-late': ({ profile, computers, allowed }) => ({
    text: `${macs(computers, 'has', 'have')} a certificate that expires before the next maintenance window or within 24 hours (${profile}). ${allowed ? 'These Macs are renewed outside the window.' : 'To renew them outside the window, set `maintenanceUrgent: allow`.'}`,
    ...listOf(profile, 'overdue'),
  }),
  'records-unread': ({ computers }) => ({
    text: `Jamf Pro cannot return the inventory of ${count(computers.length, 'Mac')} (${listText(computers.map(recordText))}). Their last known inventory is used, and they are read again every hour.`,
  }),
  'commands-unlisted': () => ({
    text: 'Jamf Pro does not list the InstallProfile commands of installs that were verified. Recert waits for the certificate instead, so a failed install is noticed only after the next inventory report.',
  }),
  'status-unread': ({ why }) => ({
    text: `${STATUS_UNREAD[why]} Until then, only inventory proves renewals. To read no declarative status, set \`proof: inventory\`.`,
  }),
  'certificate-unknown': ({ profile, count }) => ({
    text: `${macs(count, 'has', 'have')} an unknown certificate status (${profile}).`,
    ...listOf(profile, 'unknown'),
  }),
  'attention-needed': ({ count: needing }) => ({
    text: `${count(needing, 'redistribution')} ${needing === 1 ? 'needs' : 'need'} attention.`,
    page: '/failures',
    command: 'recert redistributions list --state needs-human',
  }),
};

function listOf(profile: string, state: string): Pick<Finding, 'page' | 'command'> {
  return {
    page: `/macs?state=${state}&profile=${encodeURIComponent(profile)}`,
    command: `recert computers --state ${state}`,
  };
}

/** Maximum number of IDs in the text of a finding. */
const MOST_NAMED = 10;

/** Describes a record. `name` is the ID of a Mac, or the position of a record whose ID is not known. */
function recordText(name: string): string {
  return /^\d+$/u.test(name) ? `computer ID ${name}` : name;
}

function listText(ids: readonly string[]): string {
  return namesOf(ids.slice(0, MOST_NAMED), ids.length);
}

function macs(number: number, singular: string, plural: string): string {
  return `${count(number, 'Mac')} ${number === 1 ? singular : plural}`;
}

function count(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}

/** Adds a full stop unless the text ends with punctuation. */
function asSentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
