import { z } from 'zod';
import { subjectText } from '../../domain/audit/attribute-type.js';
import type { ProfileDetails, ScopeTargets } from '../../domain/profile.js';
import type { Api } from './api.js';
import type { JamfClient } from '../client.js';
import { anything, classicList, flag, id, isId, isObject, named, text, word } from '../parsing/coerce.js';
import { type NewProfile, newProfileXml } from './new-profile.js';
import { readPayloads, type Seal } from '../parsing/scep.js';
import type { JamfSetup } from '../setup.js';

const PI_827 =
  'the XML entities of its payloads are damaged (Jamf product issue PI-827). Upload the profile again in the web interface, or avoid & and < in it';

const target = z.object({ id }).transform((entry) => entry.id);

const required = z.unknown().refine((value) => value !== undefined, 'is missing');

/** Targets of a scope, or its exclusions. Jamf Pro returns an empty list, or empty exclusions, as `[]`, as `{}` or not at all. */
const targetsSchema = anything.transform((value): ScopeTargets => {
  const lists = isObject(value) ? value : {};
  return {
    computerIds: ids(lists.computers, 'computer'),
    groupIds: ids(lists.computer_groups, 'computer_group'),
    departments: ids(lists.departments, 'department'),
    buildings: ids(lists.buildings, 'building'),
  };
});

/** A missing scope or missing exclusions must not count as empty, because they decide which Macs are redistributed. */
const scopeSchema = z
  .looseObject({ all_computers: flag, exclusions: required })
  .transform((scope) => ({
    seen: {
      ...targetsSchema.parse(scope),
      allComputers: scope.all_computers,
      exclusions: targetsSchema.parse(scope.exclusions),
    },
    unseen: unseenScopeOf(scope),
  }));

/** Limitations and exclusions that cannot be evaluated from inventory, by the name of their list in the Classic API. */
const UNSEEN_LISTS = {
  users: 'users',
  user_groups: 'user groups',
  network_segments: 'network segments',
  ibeacons: 'iBeacons',
  jss_users: 'users',
  jss_user_groups: 'user groups',
} as const;

function unseenScopeOf(scope: Record<string, unknown>): ProfileDetails['unseenScope'] {
  const limits = [scope.limitations, scope.exclusions].filter(isObject);
  const limitedBy = Object.entries(UNSEEN_LISTS).filter(([list]) =>
    limits.some((one) => !isEmpty(one[list])),
  );
  return {
    limitedBy: [...new Set(limitedBy.map(([, what]) => what))],
    users: scope.all_jss_users === true || !isEmpty(scope.jss_users) || !isEmpty(scope.jss_user_groups),
  };
}

/** Whether a list has no entries. Directory users have no Jamf Pro ID, so any content counts as an entry. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isEmpty);
  if (isObject(value)) return Object.entries(value).every(([key, one]) => key === 'size' || isEmpty(one));
  return value === undefined || value === null || value === '';
}

/**
 * Only the named fields of `general` are kept. `payloads` contains the SCEP challenge in clear text; `readPayloads`
 * returns the settings without the challenge.
 */
const profileSchema = (seal: Seal) =>
  z.object({
    os_x_configuration_profile: z.object({
      general: z.object({
        id: id.pipe(z.string().min(1)),
        name: text,
        uuid: word.pipe(z.string().min(1)),
        level: word,
        distribution_method: word,
        payloads: anything.transform((value) => readPayloads(typeof value === 'string' ? value : '', seal)),
      }),
      scope: scopeSchema,
    }),
  });

/**
 * Creates the calls for macOS configuration profiles, which only the Classic API has. The level is written as
 * `Computer` and returned as `System`.
 */
export function profileCalls(api: Api): Pick<JamfClient, 'listProfiles' | 'readProfile'> {
  return {
    listProfiles: async () => {
      const call = 'profiles.list';
      const path = '/JSSResource/osxconfigurationprofiles';
      const answer = await api.send({ call, method: 'GET', path, json: true });
      const list = api.understand(call, listSchema, answer).os_x_configuration_profiles;
      const entries = classicList(named, list, 'os_x_configuration_profile');
      const usable = entries.filter((entry) => entry.id !== '');
      api.odd(call, 'entry-unreadable', entries.length - usable.length);
      return usable;
    },
    readProfile: async (profileId): Promise<ProfileDetails> => {
      const call = 'profiles.read';
      if (!isId(profileId))
        return api.refuseToSend(
          call,
          `"${profileId}" is not a profile ID`,
          'Check the profile IDs in the configuration (profile, overlap.blue, overlap.green).',
        );
      const path = `/JSSResource/osxconfigurationprofiles/id/${encodeURIComponent(profileId)}`;
      const answer = await api.send({ call, method: 'GET', path, json: true });
      const { general, scope } = api.understand(
        call,
        profileSchema(api.seal),
        answer,
      ).os_x_configuration_profile;
      if (general.id !== profileId) api.refuse(call, 'a different profile than requested');
      const { scep, identifier, damaged, anchors, identityPreference } = general.payloads;
      api.odd(call, 'payload-entities', damaged ? 1 : 0, `profile ${profileId}: ${PI_827}`);
      return {
        id: general.id,
        name: general.name,
        // An uploaded profile keeps its own identifier, which differs from the UUID that Jamf Pro assigns.
        identifier: identifier === '' ? general.uuid : identifier,
        level: general.level.toLowerCase() === 'user' ? 'User' : 'System',
        scope: scope.seen,
        unseenScope: scope.unseen,
        install: /self service/i.test(general.distribution_method) ? 'self-service' : 'automatic',
        scep,
        anchors,
        identityPreference,
        subject: scep?.[0]?.attributes,
        redistributeDays: scep?.[0]?.redistributeDays ?? undefined,
      };
    },
  };
}

const listSchema = z.object({ os_x_configuration_profiles: required });

/** Creates the profile calls of the setup commands. They create a profile and never change an existing one. */
export function profileSetupCalls(api: Api): Pick<JamfSetup, 'createProfile'> {
  return {
    createProfile: async (profile) => {
      refuseEntities(api, profile);
      // With ID 0, Jamf Pro assigns the ID.
      const path = '/JSSResource/osxconfigurationprofiles/id/0';
      const body = { type: 'application/xml', text: xmlOf(profile) };
      const hide = profile.challenge === null ? [] : [profile.challenge.reveal()];
      await api.send({ call: 'profiles.create', method: 'POST', path, body, json: false, hide });
    },
  };
}

/**
 * Refuses a profile that contains `&` or `<`. The Classic API decodes entities in payloads once more than XML does: it
 * answers 409 for `&amp;`, and stores `&amp;amp;` unchanged, so the Mac would receive the wrong value. Neither form
 * gives the correct value, so such a profile is not sent. Source: Jamf product issue PI-827
 * (github.com/jamf/terraform-provider-jamfplatform/pull/305).
 */
function refuseEntities(api: Api, { name, url, caName, subject, challenge }: NewProfile): void {
  const texts = {
    name,
    'SCEP URL': url,
    'name of the SCEP payload': caName,
    subject: subjectText(subject),
    challenge: challenge?.reveal() ?? '',
  };
  for (const [what, value] of Object.entries(texts)) {
    const character = /[&<]/.exec(value)?.[0];
    if (character !== undefined)
      api.refuseToSend(
        'profiles.create',
        `the ${what} contains the character "${character}", which the API of Jamf Pro damages (PI-827)`,
        `Use another ${what}, or upload the .mobileconfig file in the web interface.`,
      );
  }
}

/** The error of the XML builder quotes the whole text, including the challenge, so it is replaced by another error. */
function xmlOf(profile: NewProfile): string {
  try {
    return newProfileXml(profile);
  } catch {
    throw new RangeError(`the profile "${profile.name}" contains a character that XML does not allow`);
  }
}

function ids(value: unknown, element: string): string[] {
  return classicList(target, value, element).filter((entry) => entry !== '');
}
