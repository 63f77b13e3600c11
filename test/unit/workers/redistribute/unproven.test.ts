import { expect, it } from 'vitest';
import { DAY } from '../../../support/redistribution/fixtures.js';
import { createStage } from '../../../support/redistribution/stage.js';

it('inventory that comes after the acknowledgement and shows no new certificate counts for the breaker', async () => {
  const stage = createStage();
  await stage.enrol();
  await stage.drive();
  stage.jamf.deliver('1');
  const mac = stage.jamf.mac('1');
  mac.certificates.delete('green');
  const waited = await stage.live({ until: ({ state }) => state === 'retry' });
  expect(waited.attempts.at(-1)).toMatchObject({ outcome: 'unproven', unreported: false });
  expect(stage.store.results).toMatchObject([
    { computerId: '1', outcome: 'unproven' },
    { computerId: '1', outcome: 'installed' },
  ]);
  expect(waited.since - waited.openedAt).toBeGreaterThan(7 * DAY);
});
