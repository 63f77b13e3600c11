import type { KnownComputer } from '../known.js';
import type { Profile } from '../profile.js';

/** The fields of a Mac that variables in a subject can refer to. */
export type SubjectFacts = Pick<
  KnownComputer,
  'id' | 'udid' | 'serialNumber' | 'managementId' | 'name' | 'username' | 'realName' | 'email'
>;

type Value = (mac: SubjectFacts, profile: Pick<Profile, 'id' | 'identifier'>) => string;

/**
 * Variable that Jamf Pro replaces with the UUID of the profile. Source: Okta, Static SCEP for macOS with Jamf Pro,
 * Subject.
 */
export const IDENTIFIER = '$PROFILE_IDENTIFIER';

/**
 * Variables, each with the function that returns its value for a Mac; `null` when Recert does not store the value.
 * Names are case-sensitive. Source of the variables `$…`: learn.jamf.com, Jamf Pro Documentation, Computer
 * Configuration Profiles, Payload Variables. Source of the variables `%…%`: the output of `/usr/libexec/mdmclient
 * dumpSCEPVars` on a Mac.
 */
const VARIABLES = new Map<string, Value | null>([
  [IDENTIFIER, (_, { identifier }) => identifier],
  ['$PROFILEJSSID', (_, { id }) => id],
  ['$COMPUTERNAME', ({ name }) => name],
  ['$SERIALNUMBER', ({ serialNumber }) => serialNumber],
  ['$MANAGEMENTID', ({ managementId }) => managementId],
  ['$UDID', ({ udid }) => udid],
  ['$JSSID', ({ id }) => id],
  ['$USERNAME', ({ username }) => username],
  ['$FULLNAME', ({ realName }) => realName],
  ['$REALNAME', ({ realName }) => realName],
  ['$EMAIL', ({ email }) => email],
  ['$MACADDRESS', null],
  ['$PHONE', null],
  ['$POSITION', null],
  ['$DEPARTMENTNAME', null],
  ['$DEPARTMENTID', null],
  ['$BUILDINGNAME', null],
  ['$BUILDINGID', null],
  ['$ROOM', null],
  ['$SITENAME', null],
  ['$SITEID', null],
  ['%ComputerName%', ({ name }) => name],
  ['%SerialNumber%', ({ serialNumber }) => serialNumber],
  ['%HardwareUUID%', ({ udid }) => udid],
  ['%HostName%', null],
  ['%LocalHostName%', null],
  ['%MACAddress%', null],
  ['%AD_ComputerID%', null],
  ['%AD_ComputerName%', null],
  ['%AD_Domain%', null],
  ['%AD_DomainForestName%', null],
  ['%AD_DomainGUID%', null],
  ['%AD_DomainNameDNS%', null],
  ['%AD_KerberosID%', null],
]);

const NUMBERED = String.raw`\$EXTENSIONATTRIBUTE_\d+`;
const IS_NUMBERED = new RegExp(`^${NUMBERED}$`);
const ANY = String.raw`\$[A-Za-z][A-Za-z_0-9]+|%[A-Za-z][A-Za-z_0-9]*%`;

/**
 * Matches variables. The longest names are first, so no name is matched as the start of another name. Unknown
 * variables are last.
 */
const VARIABLE = new RegExp(
  [
    NUMBERED,
    ...[...VARIABLES.keys()]
      .sort((one, other) => other.length - one.length)
      .map((name) => name.replace('$', '\\$')),
    ANY,
  ].join('|'),
  'g',
);

/** Whether a text consists of one variable in the notation of Jamf Pro or macOS. The variable may be unknown. */
export function isVariable(text: string): boolean {
  return /^(?:\$[A-Z][A-Z_0-9]*|%[A-Za-z][A-Za-z_0-9]*%)$/.test(text);
}

/** Returns each variable in the texts once, including unknown variables. */
export function variablesIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(VARIABLE) ?? []))];
}

/** Whether a name is meant as a variable, but neither Jamf Pro nor macOS replaces it, such as `$SERIAL` or `$serialNumber`. */
export function isUnknown(name: string): boolean {
  if (VARIABLES.has(name) || IS_NUMBERED.test(name)) return false;
  const upper = name.toUpperCase();
  return name.startsWith('%') || name === upper || VARIABLES.has(upper);
}

/**
 * Replaces all variables in a text. Calls `seen` with each known variable and its value. The value is `null` when
 * Recert does not store it.
 */
export function fillIn(
  text: string,
  mac: SubjectFacts,
  profile: Pick<Profile, 'id' | 'identifier'>,
  seen: (name: string, value: string | null) => void,
): string {
  return text.replace(VARIABLE, (name) => {
    const read = IS_NUMBERED.test(name) ? null : VARIABLES.get(name);
    if (read === undefined) return name;
    const value = read?.(mac, profile) ?? null;
    seen(name, value);
    return value ?? '';
  });
}
