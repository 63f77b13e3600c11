import { formatDuration } from '../../config/values/duration.js';
import type { Config } from '../../config/schema.js';
import type { Overview } from '../../contract/resources/overview.js';
import { type Problem, textOf, type Texts } from '../../domain/health/problem.js';
import { problemsOf } from '../../domain/health/rules.js';
import { factsOf } from './health-facts.js';

type Finding = Overview['findings'][number];
/** Text of a finding, and where to see the details: a page of the console, and a CLI command. */
type Content = Pick<Finding, 'text'> & Partial<Pick<Finding, 'page' | 'command'>>;

/** Derives the findings of an overview, errors first. Has no side effects. */
export function findingsOf(
  overview: Pick<Overview, 'instances' | 'queues' | 'at'> & { config: Config },
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
  'renewals-on-hold': ({ text }) => ({ text: `Renewals on hold: ${asSentence(text)}` }),
  'lease-not-taken-back': ({ late, oldest }, name) => ({
    text: `${macs(late, 'is', 'are')} stuck in an exclusion group and ${late === 1 ? 'has' : 'have'} no certificate. Recert keeps trying to restore ${late === 1 ? 'it' : 'them'}.`,
    page: oldest && `/macs/${name}/${oldest.computer.id}`,
  }),
  'profile-unknown': ({ profile, gone }) => ({
    text:
      gone.length > 0
        ? `Profile ${profile}: Jamf Pro has no configuration profile with the ID ${gone.join(' or ')}, so no Macs are assessed. Correct the ID in the configuration.`
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
