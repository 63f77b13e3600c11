import { z } from 'zod';
import type { ProfileDetails, ScopeTargets } from '../../domain/profile.js';
import type { Api } from './api.js';
import type { JamfClient } from '../client.js';
import { anything, classicList, flag, id, isObject, named, text, word } from '../parsing/coerce.js';
import { type NewProfile, newProfileXml } from './new-profile.js';
import { scepIn } from '../parsing/scep.js';
import type { JamfSetup } from '../setup.js';

const target = z.object({ id }).transform((entry) => entry.id);

const given = z.unknown().refine((value) => value !== undefined, 'is missing');

/** The targets of a scope, or its exclusions. Jamf writes an empty list as `[]`, `{}` or nothing; an empty whole as any of them, too. */
const targetsSchema = anything.transform((value): ScopeTargets => {
  const lists = isObject(value) ? value : {};
  return {
    computerIds: ids(lists.computers, 'computer'),
    groupIds: ids(lists.computer_groups, 'computer_group'),
    departments: ids(lists.departments, 'department'),
    buildings: ids(lists.buildings, 'building'),
  };
});

/** A scope that is not there must not be taken for an empty one, nor exclusions for none: who is redistributed hangs on them. */
const scopeSchema = z
  .looseObject({ all_computers: flag, exclusions: given })
  .transform((scope) => ({
    seen: {
      ...targetsSchema.parse(scope),
      allComputers: scope.all_computers,
      exclusions: targetsSchema.parse(scope.exclusions),
    },
    unseen: unseenIn(scope),
  }));

/** Limitations and exclusions that inventory does not answer, by the name of their list in Classic. */
const LIMITS = {
  users: 'users',
  user_groups: 'user groups',
  network_segments: 'network segments',
  ibeacons: 'iBeacons',
  jss_users: 'users',
  jss_user_groups: 'user groups',
} as const;

function unseenIn(scope: Record<string, unknown>): ProfileDetails['unseenScope'] {
  const limits = [scope.limitations, scope.exclusions].filter(isObject);
  const limitedBy = Object.entries(LIMITS).filter(([list]) => limits.some((one) => !isNothing(one[list])));
  return {
    limitedBy: [...new Set(limitedBy.map(([, what]) => what))],
    users: scope.all_jss_users === true || !isNothing(scope.jss_users) || !isNothing(scope.jss_user_groups),
  };
}

/** Users of a directory have no id that is theirs: whatever stands in a list, whatever its form, is somebody. */
function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isNothing);
  if (isObject(value)) return Object.entries(value).every(([key, one]) => key === 'size' || isNothing(one));
  return value === undefined || value === null || value === '';
}

/** Of `general` only what is named here is kept: `payloads` holds the SCEP challenge in clear, and ends in `scepIn`. */
const profileSchema = z.object({
  os_x_configuration_profile: z.object({
    general: z.object({
      id: id.pipe(z.string().min(1)),
      name: text,
      uuid: word.pipe(z.string().min(1)),
      level: word,
      distribution_method: word,
      payloads: anything.transform((value) => (typeof value === 'string' ? scepIn(value) : null)),
    }),
    scope: scopeSchema,
  }),
});

/**
 * macOS configuration profiles are in the Classic API alone. Read as JSON, whatever content type it comes with.
 * The level is written `Computer` and read `System`; the identifier of the profile on the Mac is its uuid.
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
      const path = `/JSSResource/osxconfigurationprofiles/id/${encodeURIComponent(profileId)}`;
      const answer = await api.send({ call, method: 'GET', path, json: true });
      const { general, scope } = api.understand(call, profileSchema, answer).os_x_configuration_profile;
      if (general.id !== profileId) api.refuse(call, 'another profile than the one asked for');
      return {
        id: general.id,
        name: general.name,
        identifier: general.uuid,
        level: general.level.toLowerCase() === 'user' ? 'User' : 'System',
        scope: scope.seen,
        unseenScope: scope.unseen,
        install: /self service/i.test(general.distribution_method) ? 'self-service' : 'automatic',
        scep: general.payloads,
      };
    },
  };
}

const listSchema = z.object({ os_x_configuration_profiles: given });

/** What setting up does with profiles: makes one. None is ever changed. */
export function profileSetupCalls(api: Api): Pick<JamfSetup, 'createProfile'> {
  return {
    createProfile: async (profile) => {
      // Id 0: Jamf gives the id.
      const path = '/JSSResource/osxconfigurationprofiles/id/0';
      const body = { type: 'application/xml', text: xmlOf(profile) };
      const hide = [profile.challenge.reveal()];
      await api.send({ call: 'profiles.create', method: 'POST', path, body, json: false, hide });
    },
  };
}

/** What the builder says of a character that it cannot write quotes the whole text, with the challenge in it. */
function xmlOf(profile: NewProfile): string {
  try {
    return newProfileXml(profile);
  } catch {
    throw new RangeError(`the profile "${profile.name}" holds a character that XML cannot carry`);
  }
}

function ids(value: unknown, element: string): string[] {
  return classicList(target, value, element).filter((entry) => entry !== '');
}
