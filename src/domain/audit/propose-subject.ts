import { countingCertificate } from '../certificate.js';
import type { Computer } from '../computer.js';
import type { ProfileDetails } from '../profile.js';
import { inProfileScope } from '../scope.js';
import { attributeType, attributesIn, subjectText } from './attribute-type.js';
import { fillIn, IDENTIFIER, variablesIn } from './variables.js';

/** How many Macs in the scope of a profile have a certificate that a pattern finds. */
export interface SubjectCoverage {
  /** Value of the setting `subject`; `null` when none is needed, because the certificates contain the identifier. */
  pattern: string | null;
  /** Managed Macs in scope. */
  inScope: number;
  matched: number;
}

/** What the identity certificates of the Macs in scope look like, and the setting `subject` that finds the most of them. */
export interface SubjectProposal extends SubjectCoverage {
  /** Subjects with the values of each Mac replaced by variables, the most frequent first, with the number of Macs. */
  shapes: readonly { shape: string; macs: number }[];
  /** Why a certificate is not found on the other Macs, as a sentence; `null` when the coverage is good. */
  shortfall: string | null;
}

/** From this share on, the coverage is good. */
const GOOD_SHARE = 0.95;
const MOST_SHAPES = 5;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** What a variable may be replaced with. All others: any text without a comma. */
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
 * Proposes the setting `subject` of a profile from its SCEP payload and the certificates that Macs have. Tries no pattern first, then
 * the common name of the payload, with and without the identifier that Jamf Pro adds when it redistributes the profile, and its OU.
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
  // The first of equals: a pattern is proposed only if it finds more.
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
 * Patterns for the common name of the payload, then for its OU: a common name that is only a UUID may be the MDM identity, and never
 * matches alone.
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
 * The pattern of a value with its variables. Empty when it has no fixed text and no value that identifies the Mac: such a pattern would
 * also match the certificates of others.
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

/** Variables whose values are replaced in a subject, the most specific first. */
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
