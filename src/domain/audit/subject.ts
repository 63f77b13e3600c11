import { type Attribute, attributeType, subjectText } from './attribute-type.js';
import type { Profile } from '../profile.js';
import type { ScepSettings } from '../scep.js';
import { fillIn, IDENTIFIER, isUnknown, type SubjectFacts, variablesIn } from './variables.js';

export type { SubjectFacts } from './variables.js';

/**
 * Maximum length of an attribute, in characters. Source: RFC 5280, appendix A.1 (X.520 upper bounds,
 * ub-emailaddress-length).
 */
const MOST: Readonly<Record<string, number>> = {
  CN: 64,
  SERIALNUMBER: 64,
  O: 64,
  OU: 64,
  TITLE: 64,
  L: 128,
  ST: 128,
  C: 2,
  E: 255,
};

/** The subject that one Mac would request from the CA, and its problems. */
export interface Subject {
  /** Attributes longer than X.509 allows, with their length. */
  tooLong: readonly { type: string; length: number; most: number }[];
  /** Variables for which this Mac has no value. */
  blank: readonly string[];
  /**
   * Variables whose values Recert does not store. The length of the subject is then unknown, unless it is too long
   * even without these values.
   */
  unkept: readonly string[];
  /**
   * Subject attributes of the first certificate, with values instead of variables. They do not contain the identifier
   * that Jamf Pro adds on redistribution.
   */
  first: readonly Attribute[];
}

type Attributes = Pick<ScepSettings, 'attributes'>;

/** Returns the variables in a subject that neither Jamf Pro nor macOS is known to resolve. */
export function unknownVariables({ attributes }: Attributes): string[] {
  return variablesOf(attributes).filter(isUnknown);
}

/** Whether the subject contains `$PROFILE_IDENTIFIER`. Such a subject stays the same at every redistribution. */
export function hasIdentifier({ attributes }: Attributes): boolean {
  return variablesOf(attributes).includes(IDENTIFIER);
}

/** Whether the subject has a common name that is not blank. */
export function hasCommonName({ attributes }: Attributes): boolean {
  return attributes.some(([type, value]) => attributeType(type) === 'CN' && value.trim() !== '');
}

/**
 * Returns the subject that a Mac requests. Variables are replaced by values. If Jamf Pro sends the profile to a Mac
 * that already has it (`again`), and the subject does not contain the identifier of the profile (its UUID), the
 * identifier is appended to the first common name, as Jamf Pro does on redistribution. Lengths are in characters, as in
 * X.520. Source: Okta, Static SCEP for macOS with Jamf Pro, Subject.
 */
export function subjectOf(
  { attributes }: Attributes,
  profile: Pick<Profile, 'id' | 'identifier'>,
  mac: SubjectFacts,
  again = true,
): Subject {
  let missing = again && !hasIdentifier({ attributes });
  const blank = new Set<string>();
  const unkept = new Set<string>();
  const first = attributes.map(([type, value]): Attribute => {
    const filled = fillIn(value, mac, profile, (name, found) => {
      if (found === null) unkept.add(name);
      if (found === '') blank.add(name);
    });
    return [attributeType(type), filled];
  });
  const tooLong = first.flatMap(([type, value]) => {
    const added = missing && type === 'CN';
    if (added) missing = false;
    const length = Array.from(added ? `${value} ${profile.identifier}` : value).length;
    const most = MOST[type] ?? Infinity;
    return length > most ? [{ type, length, most }] : [];
  });
  return { tooLong, blank: [...blank], unkept: [...unkept], first };
}

/**
 * Returns the forms in which inventory may show a subject, because Jamf Pro documents neither the order of the
 * attributes nor the separator.
 */
export function formsOf(attributes: readonly Attribute[]): string[] {
  return [attributes, [...attributes].reverse()].flatMap((ordered) => {
    const text = subjectText(ordered);
    return [text, ordered.map((one) => subjectText([one])).join(', ')];
  });
}

function variablesOf(attributes: ScepSettings['attributes']): string[] {
  return variablesIn(attributes.map(([, value]) => value));
}
