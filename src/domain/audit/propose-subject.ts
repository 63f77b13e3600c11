import { countingCertificate } from '../certificate.js';
import type { Computer } from '../computer.js';
import type { ProfileDetails } from '../profile.js';
import { inProfileScope } from '../scope.js';
import { attributeType, attributesIn, subjectText } from './attribute-type.js';
import { fillIn, IDENTIFIER, variablesIn } from './variables.js';

/** How many Macs in the scope of a profile have a certificate that a pattern matches. */
export interface SubjectCoverage {
  /** Value of the setting `subject`; `null` when none is needed, because the certificates contain the identifier. */
  pattern: string | null;
  /** Number of managed Macs in scope. */
  inScope: number;
  matched: number;
}

/**
 * The subjects of the identity certificates of the Macs in scope, and the value of the setting `subject` that matches
 * most Macs.
 */
export interface SubjectProposal extends SubjectCoverage {
  /**
   * Subjects in which variables replace the values of each Mac, with the number of Macs. The most frequent subject is
   * first.
   */
  shapes: readonly { shape: string; macs: number }[];
  /** A sentence that says why the other Macs have no matching certificate; `null` when the coverage is good. */
  shortfall: string | null;
}

/** The coverage is good if at least this share of the Macs in scope has a matching certificate. */
const GOOD_SHARE = 0.95;
const MOST_SHAPES = 5;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Patterns of the values of variables. The value of a variable that is not listed is any text without a comma. */
const VALUES: Readonly<Record<string, string>> = {
  [IDENTIFIER]: UUID,
  $UDID: UUID,
  $MANAGEMENTID: UUID,
  '%HardwareUUID%': UUID,
  $SERIALNUMBER: '[0-9a-z]+',
  '%SerialNumber%': '[0-9a-z]+',
  $JSSID: '\\d+',
  $PROFILEJSSID: '\\d+',
};

/**
 * Proposes the setting `subject` of a profile from its SCEP payload and the certificates that Macs have. Tries three
 * candidates in this order: no pattern; the common name of the payload, with or without the identifier that Jamf Pro
 * adds when it redistributes the profile; the OU of the payload.
 */
export function proposeSubject(
  profile: ProfileDetails,
  macs: readonly Computer[],
  now: number,
): SubjectProposal {
  const inScope = macs.filter((mac) => mac.managed && inProfileScope(profile.scope, mac));
  const candidates = [null, ...patternsOf(profile)];
  const [first = { pattern: null, inScope: inScope.length, matched: 0 }, ...others] = candidates.map(
    (pattern) => ({
      pattern,
      inScope: inScope.length,
      matched: inScope.filter((mac) => hasMatch(mac, profile, pattern, now)).length,
    }),
  );
  // If two candidates match equally many Macs, the first one is used. A pattern is therefore proposed only if it
  // matches more Macs than no pattern.
  const best = others.reduce((most, one) => (one.matched > most.matched ? one : most), first);
  const shapes = shapesOf(inScope, profile);
  return { ...best, shapes, shortfall: shortfallOf(best, inScope, shapes) };
}

function hasMatch(mac: Computer, profile: ProfileDetails, pattern: string | null, now: number): boolean {
  const subject = pattern === null ? undefined : new RegExp(pattern, 'iu');
  return (
    countingCertificate(mac.certificates, { blue: profile, green: null, policy: { subject } }, now)
      .certificate !== null
  );
}

/**
 * Returns patterns for the common name of the payload and for its OU. The OU is necessary if the common name is only a
 * UUID: such a name may be that of the MDM identity, so `belongsTo` does not accept it alone.
 */
function patternsOf({ scep }: ProfileDetails): string[] {
  const valueOf = (wanted: string) =>
    scep?.[0]?.attributes.find(([type]) => attributeType(type) === wanted)?.[1];
  return [
    ...bodyOf(valueOf('CN')).map((body) => `CN=${body}( ${UUID})?(,|$)`),
    ...bodyOf(valueOf('OU')).map((body) => `OU=${body}(,|$)`),
  ];
}

/**
 * Returns the pattern for a value that may contain variables. Returns an empty array if the value has no fixed text and
 * no variable in `VALUES`, because the pattern would also match unrelated certificates.
 */
function bodyOf(value = ''): string[] {
  const names = variablesIn([value]);
  const fixed = names
    .reduce((text, name) => text.replaceAll(name, ''), value)
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (fixed === '' && !names.some((name) => name in VALUES)) return [];
  const parts = value.split(new RegExp(`(${names.map(escaped).join('|') || '(?!)'})`, 'u'));
  return [parts.map((part) => (names.includes(part) ? (VALUES[part] ?? '[^,]+') : escaped(part))).join('')];
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function shapesOf(macs: readonly Computer[], profile: ProfileDetails): { shape: string; macs: number }[] {
  const counts = new Map<string, number>();
  for (const mac of macs) {
    const own = new Set(
      mac.certificates
        .filter(({ identity, active }) => identity && active)
        .map(({ subject }) => shapeOf(subject, mac, profile)),
    );
    for (const shape of own) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  return [...counts]
    .map(([shape, count]) => ({ shape, macs: count }))
    .sort((a, b) => b.macs - a.macs || a.shape.localeCompare(b.shape))
    .slice(0, MOST_SHAPES);
}

/** The variables that replace their values in the subjects of a proposal, the most specific first. */
const SHOWN = [
  IDENTIFIER,
  '$UDID',
  '$MANAGEMENTID',
  '$SERIALNUMBER',
  '$EMAIL',
  '$COMPUTERNAME',
  '$USERNAME',
] as const;

function shapeOf(subject: string, mac: Computer, profile: ProfileDetails): string {
  const attributes = subject.includes('=') ? attributesIn(subject) : ([['CN', subject]] as const);
  const text = subjectText(attributes.map(([type, value]) => [type, value] as const));
  const named = SHOWN.reduce((shape, variable) => {
    const value = fillIn(variable, mac, profile, () => undefined);
    return value.length < 2 ? shape : shape.replace(new RegExp(escaped(value), 'giu'), () => variable);
  }, text);
  return named.replaceAll(new RegExp(UUID, 'giu'), '<UUID>');
}

function shortfallOf(
  { matched, inScope }: SubjectCoverage,
  macs: readonly Computer[],
  shapes: SubjectProposal['shapes'],
): string | null {
  if (inScope === 0)
    return 'No managed Mac is in the scope of this profile, so no certificate can be matched. Add a target to the scope.';
  if (matched >= GOOD_SHARE * inScope) return null;
  const none = macs.filter(({ certificates }) => !certificates.some(({ identity }) => identity)).length;
  const why =
    none >= (inScope - matched) / 2
      ? `inventory shows no identity certificate for ${none} of them. Check that Jamf Pro collects certificates in inventory, and that the profile is installed`
      : `their certificates have other subjects${shapes[0] === undefined ? '' : `, most often ${shapes[0].shape}`}. The profile may have been changed since, or it is not the profile that issued them. Set subject to a pattern that matches these subjects`;
  return `${inScope - matched} of ${inScope} Macs in scope have no certificate that can be matched: ${why}.`;
}
