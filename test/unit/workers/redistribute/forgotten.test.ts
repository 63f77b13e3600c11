import { describe, expect, it } from 'vitest';
import { expectEnd, expectSafe } from '../../../support/redistribution/promises.js';
import { MECHANISMS, type Operation, starts, watchedStage } from '../../../support/redistribution/scene.js';

const fate = { killAt: null, hangAt: null, seed: 0 };
const turn: Operation = { op: 'turn', fate, report: false };
const run: Operation = { op: 'run', fate };

/** Lives through what happens, in its order, and to the end; every promise is looked at after each. */
async function live(side: keyof typeof starts, mechanisms: string, happens: readonly Operation[]) {
  const scene = watchedStage(MECHANISMS[mechanisms] ?? {});
  await scene.stage.enrol('1', starts[side]);
  for (const one of happens) {
    await scene.apply(one);
    expectSafe(scene.stage, scene.isCounted());
  }
  await scene.calm();
  await expectEnd(scene.stage, scene.isCounted());
  return scene.stage;
}

describe('a Mac that enrols again just before Redis forgets what was done for it', () => {
  it('is read anew before the overlap that is found is ended: its commands are listed under another id', async () => {
    const { jamf } = await live('green', 'overlap', [{ op: 'reenrol' }, turn, { op: 'old snapshot' }, run]);
    expect(jamf.writes).toEqual(['remove 1 from 72']);
  });

  it('and is found excluded: it is put back, and read anew before it is excluded again', async () => {
    const { jamf } = await live('green', 'cycle first', [
      { ...turn, fate: { ...fate, killAt: 1 } },
      { op: 'reenrol' },
      run,
      { op: 'old snapshot' },
      run,
      run,
    ]);
    expect(jamf.writes).toEqual(['add 1 to 73', 'remove 1 from 73']);
  });
});
