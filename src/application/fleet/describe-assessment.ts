import { spellDuration } from '../../config/values/duration.js';
import type { Assessment } from '../../domain/assessment.js';

/** What is decided about a Mac, for a person. */
export function sentenceOf(assessment: Assessment, now: number): string {
  const { state, certificate, dueAt, inScope } = assessment;
  const expiresAt = certificate?.expiresAt ?? null;
  if (!inScope) return 'The profile is not for this Mac: it is not in its scope in Jamf Pro.';
  if (state === 'unknown') return unknownSentence(assessment);
  if (expiresAt === null) return 'The certificate has no expiry date.';
  if (state === 'expired') return `The certificate expired ${spellDuration(now - expiresAt)} ago.`;
  const left = `The certificate is good for another ${spellDuration(expiresAt - now)}`;
  if (state === 'overdue') return `${left}, and should have been renewed before.`;
  return state === 'due' || dueAt === null
    ? `${left}: it is due.`
    : `${left}, and due in ${spellDuration(dueAt - now)}.`;
}

function unknownSentence({ unknown }: Assessment): string {
  switch (unknown) {
    case 'no-certificate':
      return 'Inventory shows no certificate of this profile: it is not installed, or the subject is not recognised.';
    case 'inventory-stale':
      return 'The Mac has not reported inventory for too long to say anything.';
    case 'never-reported':
      return 'The Mac has never reported inventory.';
    case 'expiry-missing':
      return 'Inventory shows the certificate without an expiry date.';
    case null:
      return 'Nothing is known.';
  }
}
