import { subjectText } from './audit/attribute-type.js';
import { stableSubject } from './audit/stable-subject.js';

/** The settings of a SCEP payload without the challenge, which is secret. */
export interface ScepSettings {
  url: string;
  /** Name of the SCEP payload, which the Mac sends to the CA. */
  name: string;
  /** Subject, for example `CN=$SERIALNUMBER,O=Example`. */
  subject: string;
  /** The subject as attributes: type (`CN`, `O`, …) and value, with unresolved variables. */
  attributes: readonly (readonly [type: string, value: string])[];
  /** Type of the key; `''` when the payload does not set it. */
  keyType: string;
  keySize: number | null;
  keyUsage: number | null;
  /** `KeyIsExtractable` and `AllowAllAppsAccess`; `null` when the payload does not set them. */
  extractable: boolean | null;
  allAppsAccess: boolean | null;
  /** `variable`: the challenge contains a variable that Jamf Pro resolves for each Mac, so it is not static. */
  challenge: 'none' | 'static' | 'variable';
  /** `RedeployProfileBeforeCertificateExpiresInDays`; `null` or absent when the payload does not set it. */
  redistributeDays?: number | null;
  /** True if the payload contains `CAFingerprint`; absent otherwise. */
  caFingerprint?: true;
  /**
   * A text that is equal for equal challenges within one process. It has no meaning in another process. `null` when there is no
   * challenge.
   */
  challengeMark: string | null;
  /**
   * A text that is equal for equal challenges in all processes with the same Jamf Pro credentials, so that a changed
   * challenge is noticed after a restart. Absent when there is no challenge, or when the payload is not from Jamf Pro.
   */
  challengeSeal?: string;
}

/** A setting in which two profiles differ although their certificates must be equivalent. */
export interface ScepDifference {
  what: 'url' | 'name' | 'subject' | 'key size' | 'key usage' | 'challenge';
  /** True when one of the two profiles cannot work. */
  fatal: boolean;
}

/**
 * Returns the differences between the SCEP settings of two profiles that must be equivalent. URL and challenge may differ on purpose when
 * there are two CAs. Two challenges for one URL cannot both be correct, so this difference is `fatal`. The challenges themselves are
 * never returned. Subjects count as equal if `stableSubject` returns the same for both: the second profile may have a subject that stays
 * the same when a Mac is renamed.
 */
export function scepDifferences(one: ScepSettings, other: ScepSettings): ScepDifference[] {
  const sameUrl = one.url === other.url;
  const differs = (what: ScepDifference['what'], equal: boolean, fatal = false) =>
    equal ? [] : [{ what, fatal }];
  return [
    ...differs('url', sameUrl),
    ...differs('name', one.name === other.name),
    ...differs('subject', one.subject === other.subject || stableText(one) === stableText(other)),
    ...differs('key size', one.keySize === other.keySize),
    ...differs('key usage', one.keyUsage === other.keyUsage),
    ...differs('challenge', !sameUrl || one.challengeMark === other.challengeMark, true),
  ];
}

function stableText({ attributes }: ScepSettings): string {
  return subjectText(stableSubject(attributes));
}
