import { noSuchProfile } from '../profile.js';
import { shortageRemedy, shortageText } from '../capacity/shortage.js';
import type { ForeignChange } from '../groups/group-watch.js';
import type { SeenSubject } from '../health/coverage.js';
import type { Facts } from '../health/facts.js';
import { type Problem, textOf, type Texts } from '../health/problem.js';
import { problemsOf } from '../health/rules.js';
import type { Incident, IncidentKind } from './incident.js';

/**
 * The fields of an incident that depend on the code of its problem. The key of the incident consists of its kind, its
 * server and `subject`.
 */
interface Content extends Pick<Incident, 'kind' | 'title' | 'text' | 'path'> {
  subject: readonly string[];
}

/**
 * Returns the incidents that exist now, each with a key that identifies it. The result depends only on `facts`, so
 * any process may call this function at any time. To add a kind of incident, add a rule to
 * src/domain/health/rules.ts and its texts to `CONTENTS`.
 */
export function detect(facts: Facts): readonly Incident[] {
  return problemsOf(facts).flatMap((problem) => incidentOf(problem) ?? []);
}

function incidentOf(problem: Problem): Incident | null {
  const content = textOf(CONTENTS, problem);
  if (content === null) return null;
  const { subject, ...texts } = content;
  const { severity, instance } = problem;
  const key = [texts.kind, instance, ...subject].filter((part) => part !== null).join('/');
  return { key, severity, instance, ...texts };
}

const CONTENTS: Texts<Content> = {
  'renewal-overdue': ({ profile, count }) =>
    incident('renewal-overdue', [profile], {
      title: `${macs(count, 'is', 'are')} overdue for certificate renewal (${profile})`,
      text: 'The certificates are still valid but were not renewed in time. Open a Mac from the list to see what blocks its renewal.',
      path: listOf(profile, 'overdue'),
    }),
  'certificate-expired': ({ profile, count }) =>
    incident('certificate-expired', [profile], {
      title: `${macs(count, 'has', 'have')} an expired certificate (${profile})`,
      text: 'Users of these Macs cannot sign in to apps that require the certificate. Redistribute manually from the list. If the circuit breaker is open, fix the cause and resume first.',
      path: listOf(profile, 'expired'),
    }),
  'breaker-open': ({ profile, text }) =>
    incident('breaker-open', [profile], {
      title: `Certificate renewals stopped: circuit breaker open (${profile})`,
      text,
      path: '/',
    }),
  'scopes-wrong': ({ profile, text }) =>
    incident('scopes-wrong', [profile], {
      title: `No renewals of ${profile}: its groups and the scopes in Jamf Pro do not match`,
      text: `${asSentence(text)} Recert does not change the groups of this profile until this is corrected.`,
      path: '/profiles',
    }),
  'needs-human': ({ profile, computerId, computer, why }, name) =>
    incident('needs-human', [profile, computerId], {
      title: `${computer}: renewal failed, needs attention (${profile})`,
      text: `No automatic attempts left. Last error: ${why}`,
      path: pageOf(name, computerId),
    }),
  'needs-human-many': ({ count }) =>
    incident('needs-human', ['many'], {
      title: `${count} Macs need attention: renewal failed`,
      text: 'Many failures at once usually share one cause. Open Failures (grouped by cause) before you retry any of them. No further alerts for single Macs will be sent.',
      path: '/redistributions?state=needs-human',
    }),
  'lease-not-taken-back': ({ late, oldest }, name) => {
    if (oldest === null) return null;
    const { computer, groupId, since } = oldest;
    return incident('lease-not-taken-back', [], {
      title: `${macs(late, 'is', 'are')} stuck in the exclusion group without a certificate`,
      text: `${[computer.name, computer.serialNumber].find(Boolean) ?? `computer ${computer.id}`} has been in exclusion group ${groupId} since ${clock(since)} and has no certificate. Recert keeps retrying. If Jamf Pro refuses, remove the Mac from the group manually.`,
      path: pageOf(name, computer.id),
    });
  },
  'instance-removed': ({ instance, text, excluded }) =>
    incident('instance-removed', [instance], {
      title:
        excluded > 0
          ? `Instance ${instance} was removed from the configuration while Macs are excluded there`
          : `Instance ${instance} was removed from the configuration while redistributions are open there`,
      text: `${asSentence(text)}.`,
      path: '/',
    }),
  'group-changed': ({ groupId, count, latest }, name) =>
    incident('group-changed', [groupId], {
      title: `A person or another Recert installation changes group ${groupId} of ${name}`,
      text: `${changesOf(latest, count)} If another installation of Recert uses this Jamf Pro server, stop one of them or give each its own profiles and groups. If a person changed the group, check these Macs: only Recert may change its groups.`,
      path: '/',
    }),
  'webhooks-silent': ({ lastWebhookAt }, name) =>
    incident('webhooks-silent', [], {
      title: `No webhooks from ${name} since ${clock(lastWebhookAt)}`,
      text: 'Sweeps continue, so nothing is missed, but changes are noticed later. Run `recert webhooks test` to find the cause.',
      path: '/',
    }),
  'sweep-stopped': ({ lastSweepAt }, name) =>
    incident('sweep-stopped', [], {
      title: `No sweep of ${name} since ${clock(lastSweepAt)}: fleet data is out of date`,
      text: 'Check that the worker can reach Jamf Pro and that its API client is still valid. Run `recert doctor`.',
      path: '/',
    }),
  'coverage-low': ({ profile, computers, known, subjects }) =>
    incident('coverage-low', [profile], {
      title: `The certificate is known for only ${known} of ${macs(computers, 'that has', 'that have')} the profile (${profile})`,
      text: `Certificates that Recert does not recognize are not renewed. ${seenText(subjects)} Check the subject of the profile and the setting \`subject\`, and that Jamf Pro collects certificates in inventory.`,
      path: listOf(profile, 'unknown'),
    }),
  'certificate-missing': ({ profile, computers, examples }) =>
    incident('certificate-missing', [profile], {
      title: `${macs(computers, 'in scope has', 'in scope have')} no certificate (${profile})`,
      text: `Inventory still shows no certificate after the time that the setting \`missing\` allows: ${namesOf(examples, computers)}. In Jamf Pro, check the management history of each Mac for a failed InstallProfile command. To clear the command, redistribute to the Mac; this needs \`unstick\` in \`mechanisms\` and the privilege Flush MDM Commands.`,
      path: `/macs?profile=${profile}&state=unknown&why=no-certificate`,
    }),
  'fleet-fallen': ({ known, missing }) =>
    incident('fleet-fallen', [], {
      title: `${missing} of ${known} Macs are missing from Jamf Pro`,
      text: 'Recert has retired none of them. Check whether the database of Jamf Pro was restored, and whether the API client was limited to a site. If the Macs are really gone, run `recert resume`.',
      path: '/',
    }),
  'scope-empty': ({ profile, since }) =>
    incident('scope-empty', [profile], {
      title: `No Mac is in the scope of the profile (${profile})`,
      text:
        since === null
          ? 'No certificate is renewed. Check the targets and exclusions of the profile in Jamf Pro.'
          : `The targets of the scope were removed from the profile in Jamf Pro, or a target group has no members any more; noticed ${clock(since)}. Recert uses the last known scope. Restore the targets or the members, or run \`recert resume\` to confirm the empty scope.`,
      path: '/profiles',
    }),
  'capacity-short': ({ profile, ...shortage }) =>
    incident('capacity-short', [profile], {
      title: `Capacity is insufficient: ${macs(shortage.computers, 'will', 'will')} be overdue (${profile})`,
      text: `${shortageText(shortage)} ${shortageRemedy(shortage)}`,
      path: '/',
    }),
  // Before the first sweep, an unknown profile is normal: the sweep reads the profiles.
  'profile-unknown': ({ profile, known, swept, gone }) =>
    swept || known
      ? incident('profile-unknown', [profile], {
          title: `Profile ${profile} cannot be read from Jamf Pro`,
          text:
            gone.length > 0
              ? goneText(profile, { known, gone })
              : 'No Macs are assessed for it. Check the profile IDs and the API client privileges. Run `recert doctor`.',
          path: '/',
        })
      : null,
  'profile-audit': ({ profile, errors }) =>
    errors === 0
      ? null
      : incident('profile-audit', [profile], {
          title: `Profile settings of ${profile} will break renewal`,
          text: 'The profile check found errors. Run `recert profiles audit` for details and fixes.',
          path: '/',
        }),
  'ca-expiring': ({ profile, endsAt }) =>
    incident('ca-expiring', [profile], {
      title: `The CA of ${profile} expires at ${clock(endsAt)}`,
      text: 'Certificates issued today would outlive the CA, so the whole fleet would lose access on the same day. Roll the SCEP configuration over to the renewed CA in Okta.',
      path: '/',
    }),
  'ca-changed': ({ profile, change: { at, before, after } }) =>
    incident('ca-changed', [profile], {
      title: `The CA of ${profile} has another key`,
      text: `Recert noticed the change at ${clock(at)}: key identifier ${after}, before ${before}. The canary starts again. If no administrator rolled the SCEP configuration over in Okta, pause renewals and check the SCEP URL of the profile.`,
      path: '/profiles',
    }),
  'okta-retiring': ({ profile, configuration, endsAt }) =>
    incident('okta-retiring', [profile], {
      title: `The SCEP configuration of ${profile} still issues from a retiring CA`,
      text: `${retiringText(configuration, endsAt)} The SCEP URL and the profile in Jamf Pro stay as they are.`,
      path: '/profiles',
    }),
  'certificate-revoked': ({ profile, computers }) =>
    incident('certificate-revoked', [profile], {
      title: `Okta revoked the current certificate of ${macs(computers.length, '', '').trim()} (${profile})`,
      text: revokedText(computers),
      path: '/profiles',
    }),
  // There is one incident for each use of emergency access. It stays open until the session ends, because an
  // unexpected use means that an attacker knows the password.
  'break-glass': ({ id, name, address, at }) =>
    incident('break-glass', [id], {
      title: `Emergency access used by ${name} (name not verified)`,
      text: `At ${clock(at)}, from ${address}. If this was not expected, change the password now (\`recert break-glass hash\`) and restart the receivers to end the session.`,
      path: '/audit',
    }),
};

/** Returns a sentence about a SCEP configuration that was not rolled over to the newest generation of its CA. */
export function retiringText(configuration: string, endsAt: number | null): string {
  const end = endsAt === null ? '' : `, which ends at ${clock(endsAt)}`;
  return `In Okta, roll the SCEP configuration ${configuration} over to the newest CA: it still issues from the previous one${end}.`;
}

/** Returns sentences about Macs whose current certificate is revoked. */
export function revokedText(computers: readonly string[]): string {
  return `A revoked certificate is refused and cannot be restored: ${namesOf(computers.slice(0, MOST_REVOKED), computers.length)}. If the Macs are still in use, redistribute to them. Okta also revokes certificates of deleted devices.`;
}

/** Maximum number of Macs with a revoked certificate in a text. */
const MOST_REVOKED = 5;

/** Returns the incident for the time in which no worker is active. Receivers report it, because no worker can. */
export function workersSilent(since: number): Incident {
  return {
    key: 'workers-silent',
    kind: 'workers-silent',
    severity: 'critical',
    instance: null,
    path: '/',
    title: `No worker active since ${clock(since)}`,
    text: 'No renewals, sweeps or other alerts run until a worker is back. Start one (`recert work`), or check its log and /readyz.',
  };
}

function incident(
  kind: IncidentKind,
  subject: readonly string[],
  texts: Pick<Incident, 'title' | 'text' | 'path'>,
): Content {
  return { kind, subject, ...texts };
}

/** Returns a sentence that lists the changes of a group, the latest first. `count`: number of all recent changes. */
export function changesOf(latest: readonly ForeignChange[], count: number): string {
  const named = latest.map(
    ({ op, computerId, at }) => `${op} computer ${computerId} (found at ${clock(at)})`,
  );
  const more = count > latest.length ? `, and ${count - latest.length} more` : '';
  return `${asSentence(named.join(', '))}${more}.`;
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Returns the consequences of a configured profile that does not exist in Jamf Pro, and what to do. `known`: whether Recert read the
 * profile before.
 */
export function goneText(
  profile: string,
  { known, gone }: { known: boolean; gone: readonly string[] },
): string {
  const missing = noSuchProfile(gone);
  return known
    ? `${missing} any more. Macs may have lost its certificate, or cannot be renewed with it. Create the profile again in Jamf Pro, and set its new ID in the configuration of ${profile}.`
    : `${missing}, so no Macs are assessed for ${profile}. Correct the ID in the configuration.`;
}

/** Returns a sentence with the most frequent subjects that inventory shows instead of the expected one. */
export function seenText(subjects: readonly SeenSubject[]): string {
  if (subjects.length === 0) return 'Inventory shows no other certificates.';
  const shown = subjects.slice(0, MOST_SUBJECTS).map(({ subject, count }) => `${subject} (${count}×)`);
  return `Subjects that were seen: ${shown.join('; ')}.`;
}

/** Returns the examples as a list, followed by the number of Macs that are not listed. */
export function namesOf(examples: readonly string[], count: number): string {
  const more = count - examples.length;
  return `${examples.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Maximum number of subjects in a text. */
const MOST_SUBJECTS = 3;

function listOf(profile: string, state: string): string {
  return `/macs?profile=${profile}&state=${state}`;
}

function pageOf(instance: string, computerId: string): string {
  return `/macs/${instance}/${encodeURIComponent(computerId)}`;
}

function macs(count: number, one: string, many: string): string {
  return count === 1 ? `1 Mac ${one}` : `${count} Macs ${many}`;
}

/** Formats a time as `2026-11-23 19:40Z`. */
function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
