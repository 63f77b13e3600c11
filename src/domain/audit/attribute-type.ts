/**
 * Attribute types of a subject: short name, OID, other names in lower case. Sources: RFC 4519, 2; RFC 5280, A.1; RFC 2985, 5.2.1
 * (emailAddress). A SCEP payload has OIDs or short names (Apple, Device Management, SCEP.PayloadContent, Subject).
 */
const TYPES: readonly (readonly [short: string, oid: string, ...names: string[]])[] = [
  ['CN', '2.5.4.3', 'commonname'],
  ['SN', '2.5.4.4', 'surname'],
  ['SERIALNUMBER', '2.5.4.5'],
  ['C', '2.5.4.6', 'countryname', 'country'],
  ['L', '2.5.4.7', 'localityname', 'locality'],
  ['ST', '2.5.4.8', 'stateorprovincename', 'stateorprovince', 'state', 's'],
  ['STREET', '2.5.4.9', 'streetaddress'],
  ['O', '2.5.4.10', 'organizationname', 'organization'],
  ['OU', '2.5.4.11', 'organizationalunitname', 'organizationalunit'],
  ['TITLE', '2.5.4.12', 't'],
  ['GN', '2.5.4.42', 'givenname', 'g'],
  ['UID', '0.9.2342.19200300.100.1.1', 'userid'],
  ['DC', '0.9.2342.19200300.100.1.25', 'domaincomponent'],
  ['E', '1.2.840.113549.1.9.1', 'emailaddress', 'email'],
];

const SHORT = new Map(
  TYPES.flatMap(([short, ...names]) => [short.toLowerCase(), ...names].map((name) => [name, short])),
);

/**
 * Returns the short name of an attribute type, in upper case. The type may be written as an OID (with or without
 * `OID.`) or as a long name.
 */
export function attributeType(written: string): string {
  const folded = written.toLowerCase().replace(/[\s_]+/g, '');
  return SHORT.get(folded.replace(/^oid[.:]/, '')) ?? written.trim().toUpperCase();
}

/** One attribute of a certificate subject. */
export type Attribute = readonly [type: string, value: string];

const TYPE = String.raw`(?:OID[.:])?\d+(?:\.\d+)+|[a-z][a-z\d_]*`;
const SEPARATED_BY_COMMA = new RegExp(String.raw`(?:^|(?<!\\)[,;+])\s*(${TYPE})\s*=\s*`, 'giu');
/** Matches the form in which OpenSSL prints subjects: `/O=Example/CN=mac`. */
const SEPARATED_BY_SLASH = new RegExp(String.raw`(?:^|(?<!\\)[/+])\s*(${TYPE})\s*=\s*`, 'giu');

/**
 * Splits a subject such as `CN=mac,O=Example` into attributes with short type names. A comma that is not followed by a
 * type is part of a value.
 */
export function attributesIn(subject: string): Attribute[] {
  const trimmed = subject.trim();
  const starts = [...trimmed.matchAll(trimmed.startsWith('/') ? SEPARATED_BY_SLASH : SEPARATED_BY_COMMA)];
  return starts.map(({ 0: head, 1: type = '', index }, at): Attribute => {
    return [attributeType(type), trimmed.slice(index + head.length, starts[at + 1]?.index).trim()];
  });
}

/** Formats a subject as attributes with short type names, separated by commas. */
export function subjectText(attributes: readonly Attribute[]): string {
  return attributes.map(([type, value]) => `${attributeType(type)}=${value}`).join(',');
}
