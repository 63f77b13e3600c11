import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { certificateOf, DAY, IDS, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';
import { OPEN } from '../../../support/fence.js';

const verified = ({ state }: { state: string }) => state === 'verified';
const bothGroups = (environment: ReturnType<typeof createEnvironment>) =>
  [IDS.joinGreen, IDS.leaveBlue].map((group) => environment.jamf.members(group).has('1'));

/** A Mac that is renewed and in its settle time when all data in Redis is lost. */
async function settling() {
  const environment = createEnvironment();
  await environment.enroll();
  await environment.runUntilDone({ until: verified });
  environment.jamf.report('1');
  return environment;
}

describe('a Mac in its settle time when Redis is emptied', () => {
  it('is adopted, and settles at the original time', async () => {
    const environment = await settling();
    const dueAt = environment.latestRecord().settlement?.dueAt ?? 0;
    environment.store.lose();
    environment.known.clear();
    expect(await environment.assessMac('1')).toBe('opened');
    const adopted = environment.latestRecord();
    expect(adopted).toMatchObject({
      state: 'verified',
      direction: 'to-green',
      settlement: { kind: 'finish' },
    });
    // Counted from the issuance, which is shortly before the proof.
    expect(dueAt - (adopted.settlement?.dueAt ?? 0)).toBeLessThan(DAY);
    expect(await environment.assessMac('1')).toBe('nothing');
    const end = await environment.runUntilDone();
    expect(end.settlement?.outcome).toBe('done');
    expect(bothGroups(environment)).toEqual([true, true]);
    expect(environment.jamf.issued.get('1')).toBe(1);
    expect(environment.limits.pauses.size).toBe(0);
  });

  it('is not adopted in observe mode, nor when its certificate does not show the profile', async () => {
    const environment = await settling();
    environment.store.lose();
    environment.watched = {
      ...environment.watched,
      policy: { ...environment.watched.policy, mode: 'observe' },
    };
    expect(await environment.assessMac('1')).toBe('nothing');
    environment.watched = {
      ...environment.watched,
      policy: { ...environment.watched.policy, mode: 'act', subject: /^CN=C02/u },
    };
    const mac = environment.jamf.mac('1');
    const certificates = [
      {
        ...certificateOf('green', { serialNumber: 'X', issuedAt: START, expiresAt: START + 365 * DAY }),
        subject: 'CN=C02TEST',
      },
    ];
    mac.reported = { ...mac.reported, reportedAt: environment.clock.at + MINUTE, certificates };
    expect(await environment.assessMac('1')).toBe('nothing');
  });

  it('stays unchanged when an operator left both profiles on it', async () => {
    const environment = await settling();
    const record = environment.latestRecord();
    await environment.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'keep both', at: environment.now() }),
    );
    await environment.runJob();
    expect(environment.latestRecord().settlement?.outcome).toBe('left');
    expect(await environment.assessMac('1')).toBe('nothing');
  });

  it('keeps its profiles when the groups have changed since inventory: it must not end with neither profile', async () => {
    const environment = await settling();
    environment.store.lose();
    environment.known.clear();
    expect(await environment.assessMac('1')).toBe('opened');
    await environment.jamf.client().removeFromGroup(IDS.joinGreen, ['1'], OPEN);
    const end = await environment.runUntilDone();
    expect(end.settlement?.outcome).toBe('left');
    expect(bothGroups(environment)).toEqual([false, false]);
  });
});
