import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SEEDED } from '../../simulator/world/seeded.js';
import { redistributionPage } from '../../src/contract/resources/redistribution.js';
import type { Figure } from '../figure.js';
import { until } from '../until.js';
import type { SetupEnvironment, SetupOptions } from './environment.js';

const DAY_MS = 86_400_000;
const TEN_MINUTES_S = 600;

/**
 * Full run: desktops that are always online and report within seconds. All waits of Recert have their default
 * values.
 */
export const FULL_SETUP: SetupOptions = {
  fleet: { computers: 60, due: 6, unmanaged: 0, away: 0, officeHours: 0, laptops: 0, oddNames: 0 },
  rhythm: { checkIn: '2s', inventory: '5s', pushLatency: '500ms', installTime: '500ms', notNow: 0 },
  profileLines: [],
};

/** Run for the tests: few Macs, which report rarely except after an installation. Recert polls more often. */
export const SMALL_SETUP: SetupOptions = {
  fleet: Object.assign({}, FULL_SETUP.fleet, { computers: 6, due: 2, outOfScope: 0 }),
  rhythm: Object.assign({}, FULL_SETUP.rhythm, {
    checkIn: '10s',
    inventory: '15s',
    inventoryAfterInstall: { share: 1, within: '500ms' },
  }),
  profileLines: ["waits: { poll: '500ms' }"],
};

/**
 * Runs every command block of docs/setup.md in an empty folder. Performs the manual steps of the page in Jamf Pro
 * and in the configuration. Counts the results in the simulator.
 */
export async function proveSetup(environment: SetupEnvironment): Promise<readonly Figure[]> {
  const startedAt = Date.now();
  const customer = createCustomer(environment);
  const { blocks, run } = environment;
  let firstProofS = Number.NaN;
  let provenWithOne = 0;
  let issuedBefore = 0;
  for (const block of blocks) {
    if (block.heading.startsWith('6.')) {
      provenWithOne = await customer.renewByJamf();
      firstProofS = (Date.now() - startedAt) / 1_000;
    }
    if (block.heading.startsWith('10.')) issuedBefore = customer.issued();
    await run(block, customer.valuesFor(block.heading));
    await customer.afterBlock(block.heading);
  }
  const totalS = (Date.now() - startedAt) / 1_000;
  return [
    { name: 'command blocks run', value: blocks.length, least: 10, most: null },
    { name: 'renewals proven with one profile', value: provenWithOne, least: 1, most: null },
    { name: 'trials passed', value: customer.trialsPassed(), least: 1, most: 1 },
    { name: 'certificates issued by the trial', value: customer.issued() - issuedBefore, least: 1, most: 1 },
    { name: 'time to the first proven renewal', value: firstProofS, most: TEN_MINUTES_S, unit: 's' },
    { name: 'time from there to overlap', value: totalS - firstProofS, most: TEN_MINUTES_S, unit: 's' },
  ];
}

/** The steps that docs/setup.md asks a user to perform. */
function createCustomer(environment: SetupEnvironment) {
  const { simulator, folder, options, url, printed } = environment;
  const { world } = simulator;
  const file = join(folder, 'recert.yaml');
  const edit = async (change: (text: string) => string) => {
    await writeFile(file, change(await readFile(file, 'utf8')));
  };
  const greenId = () => Number(/: profile (\d+)\.$/mu.exec(printed())?.[1]);
  const inScope = () => [...world.profiles.scopeOf(SEEDED.blue)];
  const dueMac = () =>
    world.computers.all().find(({ id }) => {
      const [certificate] = world.mac(id)?.keychain ?? [];
      return certificate !== undefined && certificate.expiresAt - world.clock.now() < 30 * DAY_MS;
    });
  const completeOverlap = async () => {
    const green = greenId();
    const line = [...printed().matchAll(/overlap: (\{ blue: \d+[^}]*\})/gu)].at(-1)?.[1] ?? '';
    const [joinGreen = 0, leaveBlue = 0] = ['joinGreen', 'leaveBlue'].map((key) =>
      Number(new RegExp(`${key}: (\\d+)`, 'u').exec(line)?.[1]),
    );
    const blue = world.profiles.get(SEEDED.blue);
    const twin = world.profiles.get(green);
    if (!blue?.scep || !twin) throw new Error(`There is no profile ${green}.`);
    world.profiles.setChallenge(green, blue.scep.challenge);
    const targets = Object.assign({}, twin.scope, { computerGroups: [joinGreen] });
    world.profiles.update(green, { scope: targets });
    const exclusions = Object.assign({}, blue.scope.exclusions, { computerGroups: [leaveBlue] });
    world.profiles.update(SEEDED.blue, { scope: Object.assign({}, blue.scope, { exclusions }) });
    await edit((text) => text.replace(/^( +)mode: act$/mu, `$&\n$1overlap: ${line}`));
  };
  return {
    issued: () => [...world.ca.issuedByComputer().values()].reduce((sum, count) => sum + count, 0),
    trialsPassed: () => [...printed().matchAll(/^Passed: /gmu)].length,
    /** Selects a number of days for Redistribute Profile, and waits until Recert has proven a renewal. */
    renewByJamf: async (): Promise<number> => {
      world.profiles.update(SEEDED.blue, { redistributeDays: 30 });
      const token = (await readFile(join(folder, 'admin-token'), 'utf8')).trim();
      return until('the first proven renewal', async () => {
        const response = await fetch(`${url}/api/v1/redistributions?state=verified`, {
          headers: { authorization: `Bearer ${token}` },
        });
        const { redistributions } = redistributionPage.parse(await response.json());
        return redistributions.length > 0 && redistributions.length;
      });
    },
    /** The values that a user enters instead of the examples, for the block below a heading. */
    valuesFor: (heading: string): Record<string, string> => {
      if (heading.startsWith('8.')) return { '--green 13': `--green ${greenId()}` };
      const macs = world.computers.all().filter(({ id }) => inScope().includes(id));
      const mac = heading.startsWith('10.') ? macs.at(-1) : (dueMac() ?? macs[0]);
      return { C02XK1ABJG5J: mac?.serialNumber ?? '' };
    },
    afterBlock: async (heading: string): Promise<void> => {
      // Other programs on this machine may use the default port of the worker.
      if (heading.startsWith('3.'))
        await edit((text) =>
          [
            text.replace(/^( +)mode: observe$/mu, ['$&', ...options.profileLines].join('\n$1')),
            'worker: { port: 0 }',
            '',
          ].join('\n'),
        );
      if (heading.startsWith('8.') && /overlap: \{ blue: \d+, green: \d+/u.test(printed()))
        await completeOverlap();
    },
  };
}
