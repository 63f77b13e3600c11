import { FencedError } from '../../domain/fence.js';
import { JamfError } from '../../domain/jamf-error.js';

/**
 * Writes a change of a group for several Macs in one request. One Mac can cause the whole request to be rejected:
 * Jamf Pro does not know or manage the Mac, or the check before the write (fence) no longer permits it. Each Mac is
 * then written in a separate request, and rejections are ignored, so the calling code must read the group back.
 * @throws the error of a request for a single Mac, and every error after which the same request may succeed or may
 * have been applied.
 */
export async function writeMembers<Member>(
  members: readonly Member[],
  write: (members: readonly Member[]) => Promise<unknown>,
): Promise<void> {
  try {
    await write(members);
  } catch (error) {
    if (members.length === 1) throw error;
    throwUnlessRejected(error);
    for (const member of members) await write([member]).catch(throwUnlessRejected);
  }
}

function throwUnlessRejected(error: unknown): void {
  if (error instanceof FencedError) return;
  if (!(error instanceof JamfError) || error.retryable || error.inDoubt) throw error;
}
