import type { CaFacts } from '../../../domain/audit/ca.js';
import { createFleetAudit, type FleetAudit } from '../../../domain/audit/fleet.js';
import { neverMatched } from '../../../domain/audit/never.js';
import { fieldOf, markOfField, riskOf, settingsOf, type AuditReport } from '../../../domain/audit/report.js';
import { auditSettings, unseen } from '../../../domain/audit/settings.js';
import type { ProfileDetails } from '../../../domain/profile.js';
import { inScope } from '../../../domain/scope.js';
import { isNativeOnly, type WatchedProfile } from '../../../domain/watched.js';
import type { FleetDeps } from '../deps.js';
import { messageOf } from '../../../process/error-message.js';

/** Dependencies of the profile check. */
export interface ProfileCheckDeps extends Pick<FleetDeps, 'askCa' | 'now' | 'stopping'> {
  limits: Pick<FleetDeps['limits'], 'noteRisk'>;
  profileAudits: Pick<FleetDeps['profileAudits'], 'get' | 'save'>;
  computers: Pick<FleetDeps['computers'], 'list'>;
  profiles: Pick<FleetDeps['profiles'], 'watchedProfiles'>;
  telemetry: Pick<FleetDeps['telemetry'], 'emit'>;
}

/** Maximum number of Macs that a finding lists by name. The count in the finding includes all Macs. */
export const LISTED = 500;
/** Number of Macs that are read from Redis at a time. */
export const PAGE = 500;

/**
 * One of the profiles that belong to a watched profile, with its previous result. `half`: whether it is the blue or
 * the green profile; `null` if the watched profile has only one.
 */
interface Half {
  half: 'blue' | 'green' | null;
  details: ProfileDetails;
  watched: WatchedProfile;
  before: AuditReport | null;
  settings: AuditReport['settings'];
}

/**
 * Checks watched profiles that were just read, and stores the results. Stored Macs and the CA are read only if the
 * relevant settings have changed, or if `field` is true (after a full sweep). Never throws, because a failed check
 * must not stop the sweep: it emits `fleet.unaudited`.
 */
export async function checkProfiles(
  deps: ProfileCheckDeps,
  instance: string,
  details: ReadonlyMap<string, ProfileDetails>,
  { field }: { field: boolean },
): Promise<void> {
  try {
    const halves = await halvesOf(deps, instance, details);
    const now = deps.now();
    const stale = halves.filter(
      ({ before, details: one, watched }) =>
        field || before?.field?.mark !== markOfField(one, watched.policy.subject),
    );
    const fieldByProfile =
      stale.length === 0
        ? new Map<string, AuditReport['field']>()
        : await checkFleetAndCa(deps, instance, stale);
    for (const { half, details: one, watched, before, settings } of halves)
      await deps.profileAudits.save(instance, {
        id: one.id,
        title: one.name,
        profile: watched.name,
        half,
        auditedAt: now,
        settings,
        field: fieldByProfile.get(one.id) ?? before?.field ?? null,
        unseen: unseen(watched.policy.mode === 'act' && !isNativeOnly(watched.policy)),
      });
    await noteRisks(deps, instance, halves, fieldByProfile);
  } catch (error) {
    deps.telemetry.emit('fleet.unaudited', { instance, error: messageOf(error) });
  }
}

/** Restarts the canary of a watched profile if its mechanisms, its profiles or its CA changed. */
async function noteRisks(
  { limits, telemetry, now }: ProfileCheckDeps,
  instance: string,
  halves: readonly Half[],
  fieldByProfile: ReadonlyMap<string, AuditReport['field']>,
): Promise<void> {
  for (const watched of new Set(halves.map((half) => half.watched))) {
    const own = halves.filter((half) => half.watched === watched);
    const fields = own.map(({ details, before }) => fieldByProfile.get(details.id) ?? before?.field);
    const ends = fields.map((field) => field?.caExpiresAt);
    const keys = fields.map((field) => field?.caKeys);
    const risk = {
      settings: riskOf(
        own.map(({ details }) => details),
        watched.policy.mechanisms,
      ),
      ca: ends.every((end) => typeof end === 'number') ? ends.join(' ') : null,
      caKeys: keys.every((one) => one !== undefined) ? keys.join(' ') : null,
    };
    if (await limits.noteRisk(instance, watched.name, risk, now()))
      telemetry.emit('redistribution.held', {
        instance,
        text: `the mechanisms, a profile or the CA of ${watched.name} changed; the canary starts again`,
      });
  }
}

async function halvesOf(
  { profileAudits, profiles }: ProfileCheckDeps,
  instance: string,
  details: ReadonlyMap<string, ProfileDetails>,
): Promise<Half[]> {
  const { watched: list } = await profiles.watchedProfiles(instance);
  const halves: Half[] = [];
  for (const watched of list) {
    const { overlap, cycle } = watched.policy;
    const add = async (half: Half['half'], one: ProfileDetails, settings: Half['settings']) =>
      halves.push({
        half,
        details: one,
        watched,
        settings: [...settings, ...neverMatched(one, watched.policy)],
        before: await profileAudits.get(instance, one.id),
      });
    const blue = details.get(watched.blue.id);
    if (!blue) continue;
    if (overlap === undefined) {
      await add(null, blue, auditSettings(blue));
      continue;
    }
    const green = details.get(overlap.green);
    if (!green) continue;
    const settings = settingsOf({ ...overlap, exclude: cycle?.exclude, blue, green });
    await add('blue', blue, settings.blue);
    await add('green', green, settings.green);
  }
  return halves;
}

/** Checks the profiles against all Macs and their CAs. Reads each Mac and each CA once, for any number of profiles. */
async function checkFleetAndCa(
  deps: ProfileCheckDeps,
  instance: string,
  halves: readonly Half[],
): Promise<ReadonlyMap<string, AuditReport['field']>> {
  const profileAudits = new Map<Half, FleetAudit>(
    halves.map((half) => [half, createFleetAudit(half.details, LISTED, half.watched)]),
  );
  let cursor: string | undefined;
  do {
    const page = await deps.computers.list(instance, { cursor, limit: PAGE });
    for (const computer of page.computers)
      for (const [{ watched }, audit] of profileAudits) if (inScope(watched, computer)) audit.look(computer);
    cursor = page.cursor ?? undefined;
    // If the process is stopping, the result would cover only a part of the fleet, so the previous result is kept.
    if (deps.stopping.aborted) return new Map();
  } while (cursor !== undefined);
  const ask = onceEach(deps);
  const fieldByProfile = new Map<string, AuditReport['field']>();
  for (const [{ details, watched, before }, audit] of profileAudits) {
    const ca = await ask(details);
    const settings = { now: deps.now(), pattern: watched.policy.subject, before: before?.field };
    fieldByProfile.set(details.id, fieldOf(details, audit.result(), ca, settings));
  }
  return fieldByProfile;
}

/**
 * Returns a function that reads the certificates of the CA of a profile. Profiles with the same SCEP URL and CA name
 * share one read. The function returns `null` if the profile has no SCEP URL.
 */
export function onceEach({
  askCa,
}: Pick<ProfileCheckDeps, 'askCa'>): (details: ProfileDetails) => Promise<CaFacts | null> {
  const answers = new Map<string, CaFacts>();
  return async ({ scep }) => {
    const { url = '', name = '' } = scep?.[0] ?? {};
    const key = `${url} ${name}`;
    const ca = url === '' ? null : (answers.get(key) ?? (await askCa(url, name)));
    if (ca) answers.set(key, ca);
    return ca;
  };
}
