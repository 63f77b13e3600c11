import { describe, expect, it } from 'vitest';
import { DAY, IDS } from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

const verified = ({ state }: { state: string }) => state === 'verified';
const groupsOf = ({ jamf }: ReturnType<typeof createEnvironment>) =>
  [IDS.joinGreen, IDS.leaveBlue].map((group) => jamf.members(group).has('1'));

/** A Mac that was renewed by green, and whose profile blue will be removed. */
async function settling() {
  const environment = createEnvironment();
  await environment.enroll();
  await environment.runUntilDone({ until: verified });
  return environment;
}

describe('a Mac in its settle time', () => {
  it('is renewed again when a user removes the new profile and the old certificate is about to expire', async () => {
    const environment = await settling();
    const first = environment.latestRecord();
    environment.clock.at += DAY;
    environment.jamf.mac('1').certificates.delete('green');
    environment.jamf.report('1');
    expect(await environment.assessMac('1')).toBe('woken');
    await environment.runJob(first.id);
    const left = await environment.store.read('prod', first.id);
    expect(left).toMatchObject({ state: 'verified', settlement: { outcome: 'left' } });
    expect(left?.closedAt).toBe(environment.now());
    expect(left?.history.at(-1)?.why).toContain('the verified certificate is no longer on the Mac');

    expect(await environment.assessMac('1')).toBe('opened');
    const end = await environment.runUntilDone();
    expect(end.id).not.toBe(first.id);
    expect(end).toMatchObject({ state: 'verified', direction: 'to-green', settlement: { outcome: 'done' } });
    expect(groupsOf(environment)).toEqual([true, true]);
    environment.jamf.deliver('1');
    expect([...environment.jamf.mac('1').certificates.keys()]).toEqual(['green']);
    expect(environment.jamf.issued.get('1')).toBe(2);
  });

  it('keeps the old profile when that one has the later certificate, such as after another enrollment', async () => {
    const environment = await settling();
    const { certificates } = environment.jamf.mac('1');
    environment.jamf.reenroll('1');
    const late = certificates.get('blue');
    if (late === undefined) throw new Error('blue is gone');
    certificates.set('blue', { ...late, expiresAt: late.expiresAt + 1_000 });
    environment.jamf.report('1');
    expect(await environment.assessMac('1')).toBe('nothing');
    const end = await environment.runUntilDone();
    expect(end).toMatchObject({ state: 'verified', settlement: { kind: 'return', outcome: 'done' } });
    expect(end.history.some(({ why }) => why.includes('the old profile holds the later certificate'))).toBe(
      true,
    );
    expect(groupsOf(environment)).toEqual([false, false]);
    environment.jamf.deliver('1');
    expect([...certificates.keys()]).toEqual(['blue']);
  });

  it('is unchanged while inventory is not later than the proof', async () => {
    const environment = await settling();
    const { dueAt } = environment.latestRecord().settlement ?? {};
    expect(await environment.assessMac('1')).toBe('nothing');
    expect(await environment.runJob()).toEqual({ done: false, wakeAt: dueAt });
  });

  it('keeps its old profile until it was read again after the settle time: the new certificate may be lost', async () => {
    const environment = await settling();
    const { id, settlement } = environment.latestRecord();
    environment.clock.at += DAY;
    environment.jamf.mac('1').certificates.delete('green');
    environment.jamf.report('1');
    environment.clock.at = settlement?.dueAt ?? 0;
    // Jamf Pro knows it, Recert does not: no webhook was received, and the sweep is slow.
    await environment.runJob(id);
    expect(environment.hinted.has('1')).toBe(true);
    expect(groupsOf(environment)).toEqual([true, false]);
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(environment.latestRecord().settlement?.outcome).toBe('left');
    expect(groupsOf(environment)).toEqual([true, false]);
  });
});
