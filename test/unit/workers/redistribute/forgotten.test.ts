import { describe, expect, it } from 'vitest';
import { expectCompletion, expectSafe } from '../../../support/redistribution/invariants.js';
import { createCheckedEnvironment } from '../../../support/redistribution/checked-environment.js';
import { MECHANISMS, type Operation, INITIAL_STATES } from '../../../support/redistribution/operations.js';

const fate = { killAt: null, hangAt: null, seed: 0 };
const turn: Operation = { op: 'turn', fate, report: false };
const run: Operation = { op: 'run', fate };

/** Applies the operations in order until every redistribution is closed, and checks all invariants after each. */
async function live(side: keyof typeof INITIAL_STATES, mechanisms: string, happens: readonly Operation[]) {
  const scene = createCheckedEnvironment(MECHANISMS[mechanisms] ?? {});
  await scene.environment.enroll('1', INITIAL_STATES[side]);
  for (const one of happens) {
    await scene.apply(one);
    expectSafe(scene.environment, scene.isCounted());
  }
  await scene.recover();
  await expectCompletion(scene.environment, scene.isCounted());
  return scene.environment;
}

describe('a Mac that enrolls again just before Redis loses its records', () => {
  it('is read again before the adopted overlap ends: its commands are listed with another management ID', async () => {
    const { jamf } = await live('green', 'overlap', [{ op: 'reenroll' }, turn, { op: 'old snapshot' }, run]);
    expect(jamf.writes).toEqual(['remove 1 from 72']);
  });

  it('that is excluded is restored, and read again before it is excluded again', async () => {
    const { jamf } = await live('green', 'cycle first', [
      { ...turn, fate: { ...fate, killAt: 1 } },
      { op: 'reenroll' },
      run,
      { op: 'old snapshot' },
      run,
      run,
    ]);
    expect(jamf.writes).toEqual(['add 1 to 73', 'remove 1 from 73']);
  });
});
