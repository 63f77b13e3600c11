import { describe, expect, it } from 'vitest';
import type { Computer } from '../../../../src/domain/computer.js';
import { certificateOf, DAY, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { createStage } from '../../../support/redistribution/stage.js';

/** What every enrolled Mac has beside ours. */
const FOREIGN = {
  ...certificateOf('blue', { serialNumber: 'A', issuedAt: START - DAY, expiresAt: START + 999 * DAY }),
  subject: 'CN=com.apple.systemdefault',
};

/** A Mac whose first attempt failed, and of which inventory shows no certificate of ours any more. */
async function failedAndBare(profiles: Computer['profiles']) {
  const stage = createStage();
  await stage.enrol();
  const mac = stage.jamf.mac('1');
  mac.failures = ['the connection was lost'];
  await stage.live({ until: ({ state }) => state === 'retry' });
  mac.certificates.delete('blue');
  stage.clock.at += MINUTE;
  mac.reported = { ...mac.reported, reportedAt: stage.clock.at, certificates: [FOREIGN], profiles };
  await stage.look('1');
  return stage;
}

describe('a Mac that was due and loses its certificate meanwhile', () => {
  it('is brought to its end when the certificate went with its profile: nobody else would', async () => {
    const stage = await failedAndBare([]);
    const end = await stage.live();
    expect(end).toMatchObject({ state: 'verified', settlement: { outcome: 'done' } });
    expect(end.attempts.map(({ outcome }) => outcome)).toEqual(['error', 'verified']);
    expect(stage.jamf.issued.get('1')).toBe(1);
  });

  it('waits for a person while the profile is there: then it is not known why inventory shows none', async () => {
    const { id, identifier, name } = createStage().watched.blue;
    const stage = await failedAndBare([{ id, identifier, displayName: name, installedAt: START - DAY }]);
    stage.clock.at = stage.only().retryAt ?? 0;
    await stage.drive();
    expect(stage.only().blocked).toMatchObject({
      reason: 'inventory-stale',
      text: 'inventory shows no certificate for this profile; renewal resumes when an inventory report does',
    });
  });
});
