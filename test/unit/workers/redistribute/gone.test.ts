import { describe, expect, it } from 'vitest';
import type { Computer } from '../../../../src/domain/computer.js';
import { certificateOf, DAY, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

/** Profile that every enrolled Mac has in addition to those of Recert. */
const FOREIGN = {
  ...certificateOf('blue', { serialNumber: 'A', issuedAt: START - DAY, expiresAt: START + 999 * DAY }),
  subject: 'CN=com.apple.systemdefault',
};

/** A Mac whose first attempt failed, and whose inventory no longer shows a certificate of the profile. */
async function failedAndBare(profiles: Computer['profiles']) {
  const environment = createEnvironment();
  await environment.enroll();
  const mac = environment.jamf.mac('1');
  mac.failures = ['the connection was lost'];
  await environment.runUntilDone({ until: ({ state }) => state === 'retry' });
  mac.certificates.delete('blue');
  environment.clock.at += MINUTE;
  mac.reported = { ...mac.reported, reportedAt: environment.clock.at, certificates: [FOREIGN], profiles };
  await environment.assessMac('1');
  return environment;
}

describe('a due Mac that loses its certificate', () => {
  it('is canceled when the profile was removed with the certificate', async () => {
    const environment = await failedAndBare([]);
    const end = await environment.runUntilDone();
    expect(end).toMatchObject({ state: 'verified', settlement: { outcome: 'done' } });
    expect(end.attempts.map(({ outcome }) => outcome)).toEqual(['error', 'verified']);
    expect(environment.jamf.issued.get('1')).toBe(1);
  });

  it('needs attention while the profile is present, because the reason for the missing certificate is unknown', async () => {
    const { id, identifier, name } = createEnvironment().watched.blue;
    const environment = await failedAndBare([
      { id, identifier, displayName: name, installedAt: START - DAY },
    ]);
    environment.clock.at = environment.latestRecord().retryAt ?? 0;
    await environment.runJob();
    expect(environment.latestRecord().blocked).toMatchObject({
      reason: 'inventory-stale',
      text: 'inventory shows no certificate for this profile; renewal resumes when an inventory report does',
    });
  });
});
