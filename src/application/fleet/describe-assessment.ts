import { spellDuration } from '../../config/values/duration.js';
import type { Assessment } from '../../domain/assessment.js';

/** Describes an assessment in one sentence. */
export function describeAssessment(assessment: Assessment, now: number): string {
  const { state, certificate, dueAt, inScope } = assessment;
  const expiresAt = certificate?.expiresAt ?? null;
  if (!inScope) return 'This Mac is not in the scope of the profile in Jamf Pro.';
  if (state === 'unknown') return unknownSentence(assessment);
  if (expiresAt === null) return 'The certificate has no expiry date.';
  if (state === 'expired') return `The certificate expired ${spellDuration(now - expiresAt)} ago.`;
  if (certificate?.revoked === true)
    return 'Jamf Pro reports the certificate as revoked, so it must be renewed now.';
  const left = `The certificate is valid for ${spellDuration(expiresAt - now)}`;
  const inactive = certificate?.active === false ? ' Jamf Pro lists it as inactive.' : '';
  if (state === 'overdue') return `${left}; the renewal is overdue.${inactive}`;
  return state === 'due' || dueAt === null
    ? `${left} and is due for renewal.${inactive}`
    : `${left}; renewal is due in ${spellDuration(dueAt - now)}.${inactive}`;
}

function unknownSentence({ unknown }: Assessment): string {
  switch (unknown) {
    case 'no-certificate':
      return 'Inventory shows no certificate for this profile. It is not installed, or its subject does not match.';
    case 'inventory-stale':
      return 'The last inventory report is too old to assess the certificate.';
    case 'never-reported':
      return 'The Mac has never reported inventory.';
    case 'expiry-missing':
      return 'Inventory shows the certificate without an expiry date.';
    case null:
      return 'Status unknown.';
  }
}
