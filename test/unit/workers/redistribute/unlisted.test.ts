import { describe, expect, test } from 'vitest';
import { isUnlisted } from '../../../../src/domain/redistribution/evidence/listing.js';
import type { MdmCommand } from '../../../../src/domain/profile.js';
import type { StepDeps } from '../../../../src/application/redistribution/deps.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';
import { MINUTE } from '../../../support/redistribution/fixtures.js';

/** A worker whose Jamf Pro lists only some commands. */
function workerOf(stage: Stage, isListed: (command: MdmCommand) => boolean) {
  return stage.process(undefined, (deps: StepDeps) => ({
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
  test('has the certificate as evidence', async () => {
    const stage = createStage();
    const worker = workerOf(stage, isListed);
    for (const id of ['1', '2', '3', '4']) {
      await stage.enrol(id, { reportedAt: stage.clock.at, lastContactAt: stage.clock.at });
      const record = await stage.live({ worker, until: ({ state }) => state === 'verified' });
      expect(record).toMatchObject({ computerId: id, state: 'verified', proof: { credit: 'recert' } });
      expect(record.attempts).toHaveLength(1);
      expect(stage.jamf.issued.get(id)).toBe(1);
    }
    expect(stage.store.results.map(({ outcome }) => outcome)).toEqual(Array(4).fill('verified'));
    expect(await stage.limits.listing('prod')).toEqual({ listedAt: null, unlisted: 4 });
    expect(isUnlisted(await stage.limits.listing('prod'))).toBe(true);
  });
});

test('a server that lists them: a missing command is a failure within the time for it', async () => {
  const stage = createStage();
  await stage.enrol('1');
  await stage.live({ until: ({ state }) => state === 'verified' });
  expect(await stage.limits.listing('prod')).toMatchObject({ unlisted: 0 });
  await stage.enrol('2', { reportedAt: stage.clock.at, lastContactAt: stage.clock.at });
  const begun = stage.clock.at;
  const worker = workerOf(stage, () => false);
  const record = await stage.live({ worker, until: ({ state }) => state === 'retry' });
  expect(record).toMatchObject({ computerId: '2', attempts: [{ outcome: 'no-command' }] });
  expect(stage.clock.at - begun).toBeLessThan(60 * MINUTE);
});

test('a Mac whose inventory shows neither profile nor certificate gets another attempt', async () => {
  const stage = createStage();
  await stage.enrol('1');
  stage.jamf.mac('1').failures.push('refused');
  const worker = workerOf(stage, () => false);
  const record = await stage.live({ worker, until: ({ state }) => state === 'retry' });
  expect(record.attempts).toMatchObject([{ outcome: 'no-command', unreported: false }]);
});
