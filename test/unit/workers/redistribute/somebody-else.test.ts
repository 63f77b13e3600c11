import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { IDS } from '../../../support/redistribution/fixtures.js';
import { INITIAL_STATES } from '../../../support/redistribution/operations.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

describe('a command of another sender in an old overlap', () => {
  async function takenUp() {
    const environment = createEnvironment();
    await environment.enroll('1', INITIAL_STATES['an old overlap']);
    environment.jamf.mac('1').online = false;
    environment.jamf.sendByAdmin('1');
    await environment.runUntilDone({ until: ({ state }) => state === 'pushed' });
    expect(environment.latestRecord().attempts).toMatchObject([{ direction: 'to-green', overlaps: true }]);
    return environment;
  }

  it('is adopted, and the profile that has the certificate stays when the redistribution is stopped', async () => {
    const environment = await takenUp();
    const record = environment.latestRecord();
    await environment.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'test', at: environment.now() }),
    );
    const closed = await environment.runUntilDone();
    expect(closed).toMatchObject({ state: 'cancelled', settlement: { outcome: 'left' } });
    expect(environment.jamf.writes).toEqual([]);
  });

  it('that fails is followed by another attempt, and the profile is not removed first', async () => {
    const environment = await takenUp();
    environment.jamf.mac('1').failures.push('no', 'no');
    environment.jamf.mac('1').online = true;
    const closed = await environment.runUntilDone();
    expect(closed.state).toBe('verified');
    expect(environment.jamf.writes[0]).toBe(`add 1 to ${IDS.leaveBlue}`);
  });
});
