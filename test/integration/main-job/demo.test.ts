import { afterEach, describe, expect, it } from 'vitest';
import { type DemoRun, startDemo } from '../support/demo.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

const DUE = 12;
const SMALL = ['--computers', '60', '--due', String(DUE)];
const VERIFIED = `Verified: ${DUE} of ${DUE} due Macs have exactly one new certificate each`;

describe('recert demo', () => {
  let demo: DemoRun;
  afterEach(() => demo.close());

  it(
    'renews every due Mac with one certificate although half of the webhooks are lost',
    async () => {
      demo = await startDemo([...SMALL, '--exit-when-done', '--lose-webhooks', '0.5']);
      expect(await demo.exitCode(), demo.said()).toBe(0);
      expect(demo.said()).toContain(VERIFIED);
    },
    LONG_TEST_MS,
  );

  it(
    'does so with two receivers and two workers, one of which is killed',
    async () => {
      demo = await startDemo([
        ...SMALL,
        '--exit-when-done',
        '--receivers',
        '2',
        '--workers',
        '2',
        '--kill-worker',
      ]);
      expect(await demo.exitCode(), demo.said()).toBe(0);
      expect(demo.said()).toContain(VERIFIED);
    },
    LONG_TEST_MS,
  );

  it(
    'does so when the only worker is killed',
    async () => {
      demo = await startDemo([...SMALL, '--exit-when-done', '--kill-worker', '--seed', '2']);
      expect(await demo.exitCode(), demo.said()).toBe(0);
      expect(demo.said()).toContain(VERIFIED);
    },
    LONG_TEST_MS,
  );

  it(
    'only reads and plans in observe mode',
    async () => {
      demo = await startDemo([...SMALL, '--exit-when-done', '--observe']);
      expect(await demo.exitCode(), demo.said()).toBe(0);
      expect(demo.said()).toContain(
        `Observed: ${DUE} due Macs have a plan, and nothing was changed in Jamf Pro`,
      );
    },
    LONG_TEST_MS,
  );
});
