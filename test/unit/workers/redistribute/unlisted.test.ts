import { describe, expect, test } from 'vitest';
import { isUnlisted } from '../../../../src/domain/redistribution/evidence/listing.js';
import type { MdmCommand } from '../../../../src/domain/profile.js';
import type { StepDeps } from '../../../../src/application/redistribution/deps.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';
import { MINUTE } from '../../../support/redistribution/fixtures.js';

/** A worker whose Jamf Pro lists only some commands. */
function workerOf(environment: TestEnvironment, isListed: (command: MdmCommand) => boolean) {
  return environment.process(undefined, (deps: StepDeps) => ({
    ...deps,
    jamf: (instance) => {
      const client = deps.jamf(instance);
      return (
        client && {
          ...client,
          findCommands: async (query) => (await client.findCommands(query)).filter(isListed),
        }
      );
    },
  }));
}

describe.each([
  ['hides acknowledged commands', ({ state }: MdmCommand) => state !== 'ACKNOWLEDGED'],
  ['lists no InstallProfile', ({ type }: MdmCommand) => type !== 'INSTALL_PROFILE'],
])('a server that %s', (_, isListed) => {
  test('is verified by the certificate', async () => {
    const environment = createEnvironment();
    const worker = workerOf(environment, isListed);
    for (const id of ['1', '2', '3', '4']) {
      await environment.enroll(id, { reportedAt: environment.clock.at, lastContactAt: environment.clock.at });
      const record = await environment.runUntilDone({ worker, until: ({ state }) => state === 'verified' });
      expect(record).toMatchObject({ computerId: id, state: 'verified', proof: { credit: 'recert' } });
      expect(record.attempts).toHaveLength(1);
      expect(environment.jamf.issued.get(id)).toBe(1);
    }
    expect(environment.store.results.map(({ outcome }) => outcome)).toEqual(Array(4).fill('verified'));
    expect(await environment.limits.listing('prod')).toEqual({ listedAt: null, unlisted: 4 });
    expect(isUnlisted(await environment.limits.listing('prod'))).toBe(true);
  });
});

test('a server that lists all commands: a missing command is a failure after the time limit', async () => {
  const environment = createEnvironment();
  await environment.enroll('1');
  await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
  expect(await environment.limits.listing('prod')).toMatchObject({ unlisted: 0 });
  await environment.enroll('2', { reportedAt: environment.clock.at, lastContactAt: environment.clock.at });
  const begun = environment.clock.at;
  const worker = workerOf(environment, () => false);
  const record = await environment.runUntilDone({ worker, until: ({ state }) => state === 'retry' });
  expect(record).toMatchObject({ computerId: '2', attempts: [{ outcome: 'no-command' }] });
  expect(environment.clock.at - begun).toBeLessThan(60 * MINUTE);
});

test('a Mac whose inventory shows neither profile nor certificate gets another attempt', async () => {
  const environment = createEnvironment();
  await environment.enroll('1');
  environment.jamf.mac('1').failures.push('refused');
  const worker = workerOf(environment, () => false);
  const record = await environment.runUntilDone({ worker, until: ({ state }) => state === 'retry' });
  expect(record.attempts).toMatchObject([{ outcome: 'no-command', unreported: false }]);
});
