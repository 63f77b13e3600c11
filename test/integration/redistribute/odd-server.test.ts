import { expect, it } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { isOpenFall } from '../../../src/domain/health/fleet-fall.js';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { startFaultyEnvironment } from './faulty-environment.js';
import { OVERLAP, WAITS } from './environment.js';

/** `npm run prove:odd` uses 300 Macs. A small fleet tests the same. */
const MACS = Number(process.env['RECERT_ODD_MACS'] ?? 40);
/** Share of the Macs whose certificate has an unexpected subject: low coverage, but not all of the fleet. */
const OTHER_SUBJECT = 0.15;
const hasOtherSubject = (id: number) => (id * 37) % 100 < OTHER_SUBJECT * 100;

const begin = () =>
  startFaultyEnvironment({
    simulator: {
      fleet: { computers: MACS, due: Math.round(MACS / 2), unmanaged: 0, outOfScope: 0, junk: 0 },
      rhythm: { inventory: '3s' },
    },
    // With the default of `changed` in this environment, a machine that is busy for seconds would report that the sweeps have stopped.
    instance: { timeout: '10s', sweep: { full: '3s', changed: '1m' } },
    okta: {
      overlap: { ...OVERLAP, settle: '1s' },
      waits: { ...WAITS, command: '2s' },
      hourlyCap: 10_000,
      inFlight: 1_000,
    },
  });

it(
  'every other Mac of a server with all irregularities is renewed, and the irregularities are named',
  async () => {
    const startedAt = Date.now();
    const opened = await begin();
    const { environment, stores, all, due } = opened;
    const { records, members, eventually } = environment;
    const { world } = environment.simulator;
    const [failing = 0, blank = 0, expired = 0, ...others] = due.filter((id) => !hasOtherSubject(id));
    const renewed = [expired, ...others];
    world.actions.shiftExpiry(expired, -400 * 86_400_000);
    const odd: FaultsInput = {
      records: {
        failing: [failing],
        withoutManagementId: [blank],
        otherSubject: OTHER_SUBJECT,
        expiredInactive: true,
      },
      commands: { hideAcknowledged: true },
      words: 'camel',
    };
    await opened.setFaults(odd);
    const worker = await environment.startWorker();

    // Meanwhile the server once responds with an empty fleet.
    await eventually(async () => (await records()).some(({ state }) => state === 'verifying'));
    await opened.setFaults({ ...odd, records: { ...odd.records, hidden: 1 } });
    await eventually(async () => isOpenFall(await stores.cursors.readFall('demo')));
    expect(await opened.findings()).toContainEqual(
      expect.stringMatching(/^error: \d+ of \d+ Macs are missing from Jamf Pro\./u),
    );
    await opened.setFaults(odd);

    await eventually(async () => {
      const verified = (await records()).filter(
        ({ state, closedAt }) => state === 'verified' && closedAt !== null,
      );
      const done = new Set(verified.map(({ computerId }) => Number(computerId)));
      return renewed.every((id) => done.has(id));
    });
    const issued = world.ca.issuedByComputer();
    expect(renewed.map((id) => issued.get(id))).toEqual(renewed.map(() => 1));
    expect(members(OVERLAP.leaveBlue)).toEqual(expect.arrayContaining(renewed));
    expect((await records()).filter(({ state }) => state === 'cancelled')).toEqual([]);

    // A full sweep that started after the last change has ended when the next one starts.
    const sweepAfter = async (at: number): Promise<number> => {
      const startedAt = async () => (await stores.cursors.readFull('demo'))?.startedAt ?? 0;
      await eventually(async () => (await startedAt()) > at);
      return startedAt();
    };
    await sweepAfter(await sweepAfter(Date.now()));
    await eventually(async () => !isOpenFall(await stores.cursors.readFall('demo')));
    expect(await stores.computers.count('demo')).toEqual({ known: all.length - 1, retired: 0 });
    const found = await opened.findings();
    const errors = found.filter((text) => text.startsWith('error: '));
    // The Macs that cannot be renewed may be overdue.
    expect(errors.filter((text) => !text.includes('overdue for renewal'))).toEqual([
      expect.stringContaining('CN=device,O=Example'),
    ]);
    expect(found).toContainEqual(
      expect.stringContaining(`(record ${all.indexOf(failing) + 1} in the order of IDs)`),
    );
    expect(found).toContainEqual(expect.stringContaining('does not list the InstallProfile commands'));
    // Each attempt starts without faults.
    await eventually(async () =>
      (await records()).some(
        ({ computerId, trouble }) =>
          computerId === String(blank) && trouble?.text.includes('the Mac has no management ID'),
      ),
    );
    expect(worker.said('jamf.breaker')).toEqual([]);
    process.stdout.write(
      `${all.length} Macs: ${renewed.length} of ${renewed.length} renewed with one certificate each, ${all.length - 1} known, in ${Math.round((Date.now() - startedAt) / 1_000)} s\n${found.map((text) => `  ${text}\n`).join('')}`,
    );
  },
  LONG_TEST_MS,
);
