import { scepDifferences } from '../domain/scep.js';
import type { Computer } from '../domain/computer.js';
import type { ProfileDetails } from '../domain/profile.js';
import { proposeSubject, type SubjectProposal } from '../domain/audit/propose-subject.js';
import { createFleetAudit } from '../domain/audit/fleet.js';
import type { AuditFinding } from '../domain/audit/rules.js';
import { inProfileScope } from '../domain/scope.js';
import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup, Privileges, ServerFacts } from '../jamf/setup.js';

/** A profile with a SCEP payload. */
export interface SurveyedProfile {
  details: ProfileDetails;
  /** Whether its SCEP URL has the form of a static SCEP URL of Okta. */
  isOkta: boolean;
}

/** What `recert init` reads from a Jamf Pro server. */
export interface Survey {
  server: ServerFacts;
  /** Privileges that Jamf Pro reports for the token; `null` if Jamf Pro reports none. */
  privileges: Privileges | null;
  profiles: readonly SurveyedProfile[];
  /** IDs of profiles that could not be read. */
  unread: readonly string[];
}

/** A second, equivalent profile with its groups, ready for the mechanism overlap. */
export interface Twin {
  green: ProfileDetails;
  /** ID of the group that is the only target of the green profile; `null` if the profile has other targets or none. */
  joinGreen: string | null;
  /** ID of a group that the first profile excludes and the green profile does not; `null` if there is none. */
  leaveBlue: string | null;
}

/** Path of a static SCEP URL of Okta: /pki/<id>/scep/<id>. */
const OKTA_PATH = /^\/pki\/[0-9a-f]+\/scep\/\w+\/?$/i;
const PAGES = 20;

/** Reads what a first configuration needs from Jamf Pro. Changes nothing. @throws JamfError */
export async function surveyServer(jamf: JamfSetup, tell: (progress: string) => void): Promise<Survey> {
  const server = await jamf.about();
  const privileges = await jamf.privileges().catch(() => null);
  const listed = await jamf.listProfiles();
  tell(`Reading ${listed.length} configuration profiles`);
  const profiles: SurveyedProfile[] = [];
  const unread: string[] = [];
  for (const { id } of listed) {
    const details = await jamf.readProfile(id).catch((error: unknown) => {
      if (!(error instanceof JamfError)) throw error;
      unread.push(id);
      return null;
    });
    const url = details?.scep?.[0]?.url ?? '';
    if (details && (details.scep?.length ?? 0) > 0)
      profiles.push({ details, isOkta: URL.canParse(url) && OKTA_PATH.test(new URL(url).pathname) });
  }
  return { server, privileges, profiles, unread };
}

/** What the Macs in the scope of a profile show about its subject. */
export interface SurveyedSubjects {
  proposal: SubjectProposal;
  /** Problems that the setting Redistribute Profile of Jamf Pro would have with the subject on these Macs. */
  problems: readonly AuditFinding[];
}

/**
 * Reads the inventory of up to a few thousand Macs, proposes the setting `subject` of a profile, and checks the subject that each Mac
 * would request. @throws JamfError
 */
export async function surveySubjects(
  jamf: JamfSetup,
  profile: ProfileDetails,
  now: number,
): Promise<SurveyedSubjects> {
  const macs: Computer[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const { computers, total, records = computers.length } = await jamf.listComputers({}, page);
    macs.push(...computers);
    if (macs.length >= total || records === 0) break;
  }
  const inScope = macs.filter((mac) => mac.managed && inProfileScope(profile.scope, mac));
  const audit = createFleetAudit(profile, 0);
  for (const mac of inScope) audit.look(mac);
  return { proposal: proposeSubject(profile, inScope, now), problems: audit.result().findings };
}

/** Returns a profile with the same SCEP settings as `blue`, and the groups of the pair; `null` if there is none. */
export function findTwin(blue: ProfileDetails, all: readonly SurveyedProfile[]): Twin | null {
  const [first] = blue.scep ?? [];
  const twin = all.find(({ details: { id, scep } }) => {
    const [other] = scep ?? [];
    return id !== blue.id && first && other && scepDifferences(first, other).length === 0;
  });
  if (!twin) return null;
  const green = twin.details;
  const [joinGreen = null, ...more] = green.scope.groupIds;
  const isOnly = more.length === 0 && !green.scope.allComputers;
  const leaveBlue = blue.scope.exclusions.groupIds.find(
    (id) => !green.scope.exclusions.groupIds.includes(id),
  );
  return { green, joinGreen: isOnly ? joinGreen : null, leaveBlue: leaveBlue ?? null };
}
