import type { Computer, Profile } from '../model.js';

/** A subject in which the variables are replaced by the values of a Mac. */
export interface ExpandedSubject {
  /** Attribute types, such as `CN`, and their values, in the order of the subject. */
  attributes: [type: string, value: string][];
  /** The subject in the format of Jamf Pro inventory: `CN=…,OU=…`, not escaped. */
  subjectName: string;
  /** All common names, separated by spaces. */
  commonName: string;
}

const IDENTIFIER = '$PROFILE_IDENTIFIER';

/**
 * Payload variables of Jamf Pro and their values, in the order of replacement. A variable comes before any variable
 * that is a prefix of it.
 */
function values(computer: Computer, macName: string, profile: Pick<Profile, 'uuid'>): [string, string][] {
  const { owner } = computer;
  return [
    [IDENTIFIER, profile.uuid],
    ['$COMPUTERNAME', computer.name],
    ['$SERIALNUMBER', computer.serialNumber],
    ['$MANAGEMENTID', computer.managementId],
    ['$DEPARTMENTNAME', owner.department],
    ['$BUILDINGNAME', owner.building],
    ['$MACADDRESS', computer.macAddress],
    ['$USERNAME', owner.username],
    ['$FULLNAME', owner.realName],
    ['$REALNAME', owner.realName],
    ['$POSITION', owner.position],
    ['$EMAIL', owner.email],
    ['$PHONE', owner.phone],
    ['$JSSID', String(computer.id)],
    ['$ROOM', owner.room],
    ['$UDID', computer.udid],
    // Variables of Apple, which the Mac replaces at installation.
    ['%ComputerName%', macName],
    ['%SerialNumber%', computer.serialNumber],
    ['%HardwareUUID%', computer.udid],
  ];
}

/** Splits `CN=a,OU=b` into attributes. A comma separates attributes only if `XY=` follows. */
export function readSubject(subject: string): [type: string, value: string][] {
  return subject.split(/,(?=[A-Z]+=)/).map((part) => {
    const [, type = 'CN', value = part] = /^([A-Z]+)=([\s\S]*)$/.exec(part) ?? [];
    return [type, value];
  });
}

/**
 * The subject of a certificate request. On redistribution, Jamf Pro adds the profile identifier to a common name that lacks it (Okta,
 * "Static SCEP for macOS with Jamf Pro"). A subject that was short enough for the first request can then exceed the limit.
 */
export function expandSubject(
  template: string,
  facts: { computer: Computer; macName: string; profile: Pick<Profile, 'uuid'> },
  redistribution: boolean,
): ExpandedSubject {
  const known = values(facts.computer, facts.macName, facts.profile);
  const hasIdentifier = template.includes(IDENTIFIER) || !redistribution;
  let addIdentifier = !hasIdentifier;
  const attributes = readSubject(template).map(([type, written]): [string, string] => {
    const raw = addIdentifier && type === 'CN' ? `${written} ${IDENTIFIER}` : written;
    if (type === 'CN') addIdentifier = false;
    return [type, known.reduce((text, [name, value]) => text.replaceAll(name, () => value), raw)];
  });
  const commonName = attributes
    .filter(([type]) => type === 'CN')
    .map(([, value]) => value)
    .join(' ');
  return {
    attributes,
    commonName,
    subjectName: attributes.map((attribute) => attribute.join('=')).join(','),
  };
}
