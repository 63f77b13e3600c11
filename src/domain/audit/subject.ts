import type { KnownComputer } from '../known.js';
import type { ScepSettings } from '../scep.js';

/** The fields of a Mac that variables in a subject can refer to. */
export type SubjectFacts = Pick<
  KnownComputer,
  'id' | 'udid' | 'serialNumber' | 'managementId' | 'name' | 'username' | 'realName' | 'email'
>;

/** Maximum length of an attribute in characters. Source: RFC 5280, appendix A.1 (X.520 upper bounds). */
const MOST: Readonly<Record<string, number>> = { CN: 64, O: 64, OU: 64, L: 128, ST: 128, C: 2 };
const IDENTIFIER = '$PROFILE_IDENTIFIER';

/** Variables of Jamf Pro and macOS, with their value for a Mac; `null` when Recert does not store the value. */
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

/** Matches variables, longest name first, so that no name is matched as a prefix of another. Unknown variables are matched last. */
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

/** Problems of the subject that one Mac would request from the CA. */
export interface Subject {
  /** Attributes longer than X.509 allows, with their length. */
  tooLong: readonly { type: string; length: number; most: number }[];
  /** Variables for which this Mac has no value. */
  blank: readonly string[];
  /** Variables whose values Recert does not store. Unless the subject is too long without them, its length is unknown. */
  unkept: readonly string[];
}

/** Variables in a subject that neither Jamf Pro nor macOS is known to resolve. */
export function unknownVariables({ attributes }: Pick<ScepSettings, 'attributes'>): string[] {
  return variablesIn(attributes).filter((name) => name !== IDENTIFIER && !(name in VARIABLES));
}

/** Whether the subject contains `$PROFILE_IDENTIFIER`, so that it stays the same at every redistribution. */
export function hasIdentifier({ attributes }: Pick<ScepSettings, 'attributes'>): boolean {
  return variablesIn(attributes).includes(IDENTIFIER);
}

/**
 * Checks the subject that a Mac requests on renewal: variables resolved, and the identifier of the profile (its UUID) appended to the
 * first common name if the subject does not contain it, as Jamf Pro does on redistribution. Lengths are in characters, as in X.520.
 * Source: Okta, Static SCEP for macOS with Jamf Pro, Subject.
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
