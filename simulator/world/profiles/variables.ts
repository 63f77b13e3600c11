import type { Computer, Profile } from '../model.js';

/** A subject with the values of one Mac in it. */
export interface ExpandedSubject {
  /** In the order of the subject, `CN` and the like with their values. */
  attributes: [type: string, value: string][];
  /** As Jamf shows it: `CN=…,OU=…`, nothing escaped. */
  subjectName: string;
  /** All common names, one after the other. */
  commonName: string;
}

const IDENTIFIER = '$PROFILE_IDENTIFIER';

/** Jamf's payload variables, longest first where one begins like another. */
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
    // Apple's own, which the Mac fills in when it installs the profile.
    ['%ComputerName%', macName],
    ['%SerialNumber%', computer.serialNumber],
    ['%HardwareUUID%', computer.udid],
  ];
}

/** `CN=a,OU=b` as its attributes; a comma within a value is one unless `XY=` follows it. */
export function readSubject(subject: string): [type: string, value: string][] {
  return subject.split(/,(?=[A-Z]+=)/).map((part) => {
    const [, type = 'CN', value = part] = /^([A-Z]+)=([\s\S]*)$/.exec(part) ?? [];
    return [type, value];
  });
}

/**
 * The subject that a Mac asks the CA for. On redistribution Jamf adds the profile's identifier to a
 * common name that lacks it (Okta, "Static SCEP for macOS with Jamf Pro"), which is how a subject
 * that was short enough the first time becomes too long.
 */
export function expandSubject(
  template: string,
  facts: { computer: Computer; macName: string; profile: Pick<Profile, 'uuid'> },
  redistribution: boolean,
): ExpandedSubject {
  const known = values(facts.computer, facts.macName, facts.profile);
  const complete = template.includes(IDENTIFIER) || !redistribution;
  let identifierDue = !complete;
  const attributes = readSubject(template).map(([type, written]): [string, string] => {
    const raw = identifierDue && type === 'CN' ? `${written} ${IDENTIFIER}` : written;
    if (type === 'CN') identifierDue = false;
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
