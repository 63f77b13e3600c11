import { describe, expect, it } from 'vitest';
import { requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { certificateOf, DAY, IDS, MINUTE, START } from '../../../support/redistribution/fixtures.js';
import { createStage } from '../../../support/redistribution/stage.js';
import { OPEN } from '../../../support/fence.js';

const verified = ({ state }: { state: string }) => state === 'verified';
const bothGroups = (stage: ReturnType<typeof createStage>) =>
  [IDS.joinGreen, IDS.leaveBlue].map((group) => stage.jamf.members(group).has('1'));

/** Renewed and settling when everything that Redis knew is lost. */
async function settling() {
  const stage = createStage();
  await stage.enrol();
  await stage.live({ until: verified });
  stage.jamf.report('1');
  return stage;
}

describe('a Mac that settles when Redis is emptied', () => {
  it('is taken up, and settles when it would have', async () => {
    const stage = await settling();
    const dueAt = stage.only().settlement?.dueAt ?? 0;
    stage.store.lose();
    stage.known.clear();
    expect(await stage.look('1')).toBe('opened');
    const adopted = stage.only();
    expect(adopted).toMatchObject({
      state: 'verified',
      direction: 'to-green',
      settlement: { kind: 'finish' },
    });
    // Counted from the issuance, which is a little before the proof.
    expect(dueAt - (adopted.settlement?.dueAt ?? 0)).toBeLessThan(DAY);
    expect(await stage.look('1')).toBe('nothing');
    const end = await stage.live();
    expect(end.settlement?.outcome).toBe('done');
    expect(bothGroups(stage)).toEqual([true, true]);
    expect(stage.jamf.issued.get('1')).toBe(1);
    expect(stage.limits.pauses.size).toBe(0);
  });

  it('is not taken up in mode observe, nor when its certificate does not say whose it is', async () => {
    const stage = await settling();
    stage.store.lose();
    stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, mode: 'observe' } };
    expect(await stage.look('1')).toBe('nothing');
    stage.watched = {
      ...stage.watched,
      policy: { ...stage.watched.policy, mode: 'act', subject: /^CN=C02/u },
    };
    const mac = stage.jamf.mac('1');
    const certificates = [
      {
        ...certificateOf('green', { serialNumber: 'X', issuedAt: START, expiresAt: START + 365 * DAY }),
        subject: 'CN=C02TEST',
      },
    ];
    mac.reported = { ...mac.reported, reportedAt: stage.clock.at + MINUTE, certificates };
    expect(await stage.look('1')).toBe('nothing');
  });

  it('stays as it is when a person left it with both', async () => {
    const stage = await settling();
    const record = stage.only();
    await stage.store.compareAndSet(
      record,
      requestCancel(record, { by: 'ada', reason: 'keep both', at: stage.now() }),
    );
    await stage.drive();
    expect(stage.only().settlement?.outcome).toBe('left');
    expect(await stage.look('1')).toBe('nothing');
  });

  it('keeps what it has when the groups are no longer what inventory said: it must not end in neither profile', async () => {
    const stage = await settling();
    stage.store.lose();
    stage.known.clear();
    expect(await stage.look('1')).toBe('opened');
    await stage.jamf.client().removeFromGroup(IDS.joinGreen, ['1'], OPEN);
    const end = await stage.live();
    expect(end.settlement?.outcome).toBe('left');
    expect(bothGroups(stage)).toEqual([false, false]);
  });
});
