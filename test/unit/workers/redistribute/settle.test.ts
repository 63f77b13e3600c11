import { describe, expect, it } from 'vitest';
import { DAY, IDS } from '../../../support/redistribution/fixtures.js';
import { createStage } from '../../../support/redistribution/stage.js';

const verified = ({ state }: { state: string }) => state === 'verified';
const groupsOf = ({ jamf }: ReturnType<typeof createStage>) =>
  [IDS.joinGreen, IDS.leaveBlue].map((group) => jamf.members(group).has('1'));

/** Renewed by green, and blue is about to go. */
async function settling() {
  const stage = createStage();
  await stage.enrol();
  await stage.live({ until: verified });
  return stage;
}

describe('a Mac that settles', () => {
  it('is renewed again when somebody takes the new profile off it and the old certificate comes near its end', async () => {
    const stage = await settling();
    const first = stage.only();
    stage.clock.at += DAY;
    stage.jamf.mac('1').certificates.delete('green');
    stage.jamf.report('1');
    expect(await stage.look('1')).toBe('woken');
    await stage.drive(first.id);
    const left = await stage.store.read('prod', first.id);
    expect(left).toMatchObject({ state: 'verified', settlement: { outcome: 'left' } });
    expect(left?.closedAt).toBe(stage.now());
    expect(left?.history.at(-1)?.why).toContain('the verified certificate is no longer on the Mac');

    expect(await stage.look('1')).toBe('opened');
    const end = await stage.live();
    expect(end.id).not.toBe(first.id);
    expect(end).toMatchObject({ state: 'verified', direction: 'to-green', settlement: { outcome: 'done' } });
    expect(groupsOf(stage)).toEqual([true, true]);
    stage.jamf.deliver('1');
    expect([...stage.jamf.mac('1').certificates.keys()]).toEqual(['green']);
    expect(stage.jamf.issued.get('1')).toBe(2);
  });

  it('keeps the old profile when that one holds the later certificate, as after another enrolment', async () => {
    const stage = await settling();
    const { certificates } = stage.jamf.mac('1');
    stage.jamf.reenrol('1');
    const late = certificates.get('blue');
    if (late === undefined) throw new Error('blue is gone');
    certificates.set('blue', { ...late, expiresAt: late.expiresAt + 1_000 });
    stage.jamf.report('1');
    expect(await stage.look('1')).toBe('nothing');
    const end = await stage.live();
    expect(end).toMatchObject({ state: 'verified', settlement: { kind: 'return', outcome: 'done' } });
    expect(end.history.some(({ why }) => why.includes('the old profile holds the later certificate'))).toBe(
      true,
    );
    expect(groupsOf(stage)).toEqual([false, false]);
    stage.jamf.deliver('1');
    expect([...certificates.keys()]).toEqual(['blue']);
  });

  it('is left alone while inventory is no later than the proof', async () => {
    const stage = await settling();
    const { dueAt } = stage.only().settlement ?? {};
    expect(await stage.look('1')).toBe('nothing');
    expect(await stage.drive()).toEqual({ done: false, wakeAt: dueAt });
  });

  it('keeps its old profile until it was read once more after the settle time: what was proven may be gone', async () => {
    const stage = await settling();
    const { id, settlement } = stage.only();
    stage.clock.at += DAY;
    stage.jamf.mac('1').certificates.delete('green');
    stage.jamf.report('1');
    stage.clock.at = settlement?.dueAt ?? 0;
    // Jamf knows, we do not: no webhook came, and the sweep is slow.
    await stage.drive(id);
    expect(stage.asked.has('1')).toBe(true);
    expect(groupsOf(stage)).toEqual([true, false]);
    await stage.look('1');
    await stage.drive(id);
    expect(stage.only().settlement?.outcome).toBe('left');
    expect(groupsOf(stage)).toEqual([true, false]);
  });
});
