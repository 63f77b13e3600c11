import type { KnownComputer } from '../known.js';
import type { ScepSettings } from '../scep.js';

/** What filling in a subject needs of a Mac. */
export type SubjectFacts = Pick<
  KnownComputer,
  'id' | 'udid' | 'serialNumber' | 'managementId' | 'name' | 'username' | 'realName' | 'email'
>;

/** Most characters of an attribute. Source: RFC 5280, appendix A.1 (X.520 upper bounds). */
const MOST: Readonly<Record<string, number>> = { CN: 64, O: 64, OU: 64, L: 128, ST: 128, C: 2 };
const IDENTIFIER = '$PROFILE_IDENTIFIER';

/** Variables of Jamf Pro and of Apple with their value; `null` where it is nothing that is kept of a Mac. */
const VARIABLES: Readonly<Record<string, ((mac: SubjectFacts) => string) | null>> = {
  $COMPUTERNAME: ({ name }) => name,
  $SERIALNUMBER: ({ serialNumber }) => serialNumber,
  $MANAGEMENTID: ({ managementId }) => managementId,
  $UDID: ({ udid }) => udid,
  $JSSID: ({ id }) => id,
  $USERNAME: ({ username }) => username,
  $FULLNAME: ({ realName }) => realName,
  $REALNAME: ({ realName }) => realName,
  $EMAIL: ({ email }) => email,
  $MACADDRESS: null,
  $PHONE: null,
  $POSITION: null,
  $DEPARTMENTNAME: null,
  $DEPARTMENTID: null,
  $BUILDINGNAME: null,
  $BUILDINGID: null,
  $ROOM: null,
  $SITENAME: null,
  $SITEID: null,
  $EXTENSIONATTRIBUTE: null,
  '%ComputerName%': ({ name }) => name,
  '%SerialNumber%': ({ serialNumber }) => serialNumber,
  '%HardwareUUID%': ({ udid }) => udid,
  '%HostName%': null,
  '%LocalHostName%': null,
  '%MACAddress%': null,
};

/** Longest first: `$SITENAME` must not be read as another name and a rest. What looks like a variable and is none comes last. */
const VARIABLE = new RegExp(
  [
    ...[IDENTIFIER, ...Object.keys(VARIABLES)]
      .sort((one, other) => other.length - one.length)
      .map((name) => name.replace('$', '\\$')),
    '\\$[A-Z][A-Z_0-9]+',
    '%[A-Za-z]+%',
  ].join('|'),
  'g',
);

/** The subject of one Mac, as the CA is asked for it. */
export interface Subject {
  /** Attributes that are longer than X.509 allows, with their length. Empty when the subject fits. */
  tooLong: readonly { type: string; length: number; most: number }[];
  /** Variables for which this Mac has no value. */
  blank: readonly string[];
  /** Variables whose values are not kept: nothing can be said when a subject that is short enough without them has one. */
  unkept: readonly string[];
}

/** Variables in a subject that neither Jamf Pro nor macOS is known to fill in. */
export function unknownVariables({ attributes }: Pick<ScepSettings, 'attributes'>): string[] {
  return variablesIn(attributes).filter((name) => name !== IDENTIFIER && !(name in VARIABLES));
}

/** Whether the subject has the profile's identifier, so that it is the same at every redistribution. */
export function hasIdentifier({ attributes }: Pick<ScepSettings, 'attributes'>): boolean {
  return variablesIn(attributes).includes(IDENTIFIER);
}

/**
 * The subject with which a Mac renews: variables filled in, and the identifier of the profile (its uuid) added to the first common name
 * when it is nowhere, as Jamf does on redistribution. Source: Okta's page, Subject. Lengths are characters, as X.520 counts them.
 */
export function subjectOf(
  { attributes }: Pick<ScepSettings, 'attributes'>,
  identifier: string,
  mac: SubjectFacts,
): Subject {
  let missing = !hasIdentifier({ attributes });
  const blank = new Set<string>();
  const unkept = new Set<string>();
  const fill = (name: string): string => {
    if (name === IDENTIFIER) return identifier;
    const value = VARIABLES[name];
    if (value === undefined) return name;
    if (value === null) unkept.add(name);
    const filled = value?.(mac) ?? '';
    if (value !== null && filled === '') blank.add(name);
    return filled;
  };
  const tooLong = attributes.flatMap(([written, value]) => {
    const type = written.toUpperCase();
    const added = missing && type === 'CN';
    if (added) missing = false;
    const whole = added ? `${value} ${IDENTIFIER}` : value;
    const length = Array.from(whole.replace(VARIABLE, fill)).length;
    const most = MOST[type] ?? Infinity;
    return length > most ? [{ type, length, most }] : [];
  });
  return { tooLong, blank: [...blank], unkept: [...unkept] };
}

function variablesIn(attributes: ScepSettings['attributes']): string[] {
  return [...new Set(attributes.flatMap(([, value]) => value.match(VARIABLE) ?? []))];
}
