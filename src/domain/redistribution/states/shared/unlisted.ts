import type { Context, Outcome } from '../../evidence/evidence.js';
import { move } from '../../transitions.js';

/**
 * Waits for the certificate although Jamf Pro lists no command, because Jamf Pro may hide or flush acknowledged commands. Another attempt
 * would issue a second certificate.
 */
export function unlisted({ record, now }: Context, seen: string): Outcome {
  const why = `${seen}; waiting for inventory to show the new certificate`;
  return {
    kind: 'move',
    record: move(record, 'verifying', { at: now, why }, { askedAt: now }),
    effect: null,
  };
}
