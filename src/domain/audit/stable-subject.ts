import { type Attribute, attributeType } from './attribute-type.js';
import { fillIn, IDENTIFIER, type SubjectFacts, variablesIn } from './variables.js';

/**
 * Variables whose value a user or an administrator of the Mac can change, each with a variable whose value stays the
 * same.
 */
const RENAMEABLE: Readonly<Record<string, string>> = {
  $COMPUTERNAME: '$SERIALNUMBER',
  '%ComputerName%': '%SerialNumber%',
};

/** A common name that fits every Mac: 12 characters of the serial number, 4 of text, 36 of the identifier. */
const SAFE_COMMON_NAME = `$SERIALNUMBER ma ${IDENTIFIER}`;

/** Upper bound of a common name in X.509, characters (RFC 5280, appendix A.1). */
const LONGEST_COMMON_NAME = 64;

/** A Mac with the longest serial number. Values whose length is not limited are empty. */
const LONGEST: SubjectFacts = {
  id: '1000000',
  udid: 'x'.repeat(36),
  managementId: 'x'.repeat(36),
  serialNumber: 'x'.repeat(12),
  name: '',
  username: '',
  realName: '',
  email: '',
};

/**
 * Returns a subject that stays the same when the Mac is renamed and when Jamf Pro redistributes the profile: the
 * computer name is replaced by the serial number, and the common name contains `$PROFILE_IDENTIFIER`, which Jamf Pro
 * would add otherwise (Okta, Static SCEP for macOS with Jamf Pro, Subject). The identifier replaces a UDID, because
 * both do not fit into 64 characters. A subject that is already stable is returned unchanged.
 */
export function stableSubject(attributes: readonly Attribute[]): Attribute[] {
  const hasIdentifier = variablesIn(attributes.map(([, value]) => value)).includes(IDENTIFIER);
  let open = !hasIdentifier;
  const stable = attributes.map(([type, value]): Attribute => {
    const fixed = Object.entries(RENAMEABLE).reduce((text, [from, to]) => text.replaceAll(from, to), value);
    if (attributeType(type) !== 'CN') return [type, fixed];
    const commonName = open ? withIdentifier(fixed) : fixed;
    open = false;
    return [type, fits(commonName) ? commonName : SAFE_COMMON_NAME];
  });
  return open ? [...stable, ['CN', SAFE_COMMON_NAME]] : stable;
}

function withIdentifier(value: string): string {
  const others = variablesIn([value]).filter((name) => name !== '$UDID');
  return value.includes('$UDID') && others.length > 0
    ? value.replace('$UDID', () => IDENTIFIER)
    : `${value} ${IDENTIFIER}`;
}

function fits(value: string): boolean {
  const filled = fillIn(value, LONGEST, { id: LONGEST.id, identifier: 'x'.repeat(36) }, () => undefined);
  return Array.from(filled).length <= LONGEST_COMMON_NAME;
}
