import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { IDS } from '../../../support/redistribution/fixtures.js';
import { starts } from '../../../support/redistribution/scene.js';
import { createStage } from '../../../support/redistribution/stage.js';

describe("somebody else's command in an old overlap", () => {
  async function takenUp() {
    const stage = createStage();
    await stage.enrol('1', starts['an old overlap']);
    stage.jamf.mac('1').online = false;
    stage.jamf.sendBySomebody('1');
    await stage.live({ until: ({ state }) => state === 'pushed' });
    expect(stage.only().attempts).toMatchObject([{ direction: 'to-green', overlaps: true }]);
    return stage;
  }

  it('is taken up, and when it is stopped the profile that holds the certificate stays', async () => {
    const stage = await takenUp();
    const record = stage.only();
    await stage.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'test', at: stage.now() }),
    );
    const closed = await stage.live();
    expect(closed).toMatchObject({ state: 'cancelled', settlement: { outcome: 'left' } });
    expect(stage.jamf.writes).toEqual([]);
  });

  it('that fails is followed by another attempt without that profile going first', async () => {
    const stage = await takenUp();
    stage.jamf.mac('1').failures.push('no', 'no');
    stage.jamf.mac('1').online = true;
    const closed = await stage.live();
    expect(closed.state).toBe('verified');
    expect(stage.jamf.writes[0]).toBe(`add 1 to ${IDS.leaveBlue}`);
  });
});
