/** A SCEP payload as far as it may be seen: everything but the challenge. */
export interface ScepSettings {
  url: string;
  /** Name of the CA as the profile has it. */
  name: string;
  /** Such as `CN=$SERIALNUMBER,O=Example`. */
  subject: string;
  /** The same in parts: type (`CN`, `O`, …) and value, variables not filled in. */
  attributes: readonly (readonly [type: string, value: string])[];
  /** `''` when the payload does not say. */
  keyType: string;
  keySize: number | null;
  keyUsage: number | null;
  /** `KeyIsExtractable` and `AllowAllAppsAccess`; `null` when the payload does not say. */
  extractable: boolean | null;
  allAppsAccess: boolean | null;
  /** `variable`: something is filled in for each Mac, so it is no static challenge. */
  challenge: 'none' | 'static' | 'variable';
  /** Equal for equal challenges in one process, and of no use elsewhere; `null` when there is no challenge. */
  challengeMark: string | null;
}

/** One way in which two profiles would not give the same certificate. */
export interface ScepDifference {
  what: 'url' | 'name' | 'subject' | 'key size' | 'key usage' | 'challenge';
  /** True when one of the two will fail, not only differ. */
  fatal: boolean;
}

/**
 * In what the SCEP settings of two profiles differ that must be equivalent. Two CAs may be meant to differ in URL and challenge; at one
 * URL two challenges cannot both be right. The challenges themselves are never shown.
 */
export function scepDifferences(one: ScepSettings, other: ScepSettings): ScepDifference[] {
  const sameUrl = one.url === other.url;
  const differs = (what: ScepDifference['what'], equal: boolean, fatal = false) =>
    equal ? [] : [{ what, fatal }];
  return [
    ...differs('url', sameUrl),
    ...differs('name', one.name === other.name),
    ...differs('subject', one.subject === other.subject),
    ...differs('key size', one.keySize === other.keySize),
    ...differs('key usage', one.keyUsage === other.keyUsage),
    ...differs('challenge', !sameUrl || one.challengeMark === other.challengeMark, true),
  ];
}
