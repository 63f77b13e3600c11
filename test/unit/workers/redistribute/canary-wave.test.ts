import { expect, it } from 'vitest';
import { certificateOf, DAY, IDS, START } from '../../../support/redistribution/fixtures.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

const MACS = 20;
const HOUR = DAY / 24;
const WAVES = [1, 5, 25];
const REFUSED = 'The SCEP server returned an invalid response.';

/** Twenty Macs that are due, the first one the most urgent. */
async function dueFleet(): Promise<TestEnvironment> {
  const environment = createEnvironment({ canary: WAVES, window: 40 * DAY, jitter: 0 });
  for (let mac = 1; mac <= MACS; mac += 1) {
    const dates = {
      serialNumber: `OLD-${mac}`,
      issuedAt: START - 340 * DAY,
      expiresAt: START + (10 + mac / 4) * DAY,
    };
    await environment.enroll(String(mac), { certificates: [certificateOf('blue', dates)] });
  }
  return environment;
}

/** Lets an hour pass: every Mac takes its commands and reports inventory. `silent`: a Mac that no longer reports once it was triggered. */
async function hour(environment: TestEnvironment, silent?: string): Promise<void> {
  environment.clock.at += HOUR;
  for (let mac = 1; mac <= MACS; mac += 1) {
    const id = String(mac);
    environment.jamf.deliver(id);
    if (id === silent && triggered(environment).includes(id)) continue;
    environment.jamf.report(id);
    await environment.assessMac(id);
  }
  for (const { id, closedAt } of [...environment.store.records.values()])
    if (closedAt === null) await environment.runJob(id);
}

const triggered = ({ jamf }: TestEnvironment) =>
  jamf.writes.filter((call) => call.endsWith(`to ${IDS.joinGreen}`)).map((call) => call.split(' ')[1]);
const stateOf = ({ store }: TestEnvironment, mac: string) =>
  [...store.records.values()].find(({ computerId }) => computerId === mac)?.state;

it.each([
  ['the first wave', '1'],
  ['the second wave', '3'],
])('a Mac in %s that is silent after its install does not hold the others', async (_wave, mac) => {
  const environment = await dueFleet();
  for (let hours = 0; hours < 48 && triggered(environment).length < MACS; hours += 1)
    await hour(environment, mac);
  expect(triggered(environment)).toHaveLength(MACS);
  await hour(environment, mac);
  await hour(environment, mac);
  const waiting = [...environment.store.records.values()].filter(({ proof }) => proof === null);
  expect(waiting.map(({ computerId }) => computerId)).toEqual([mac]);
  expect(stateOf(environment, mac)).toBe('verifying');
});

it('a CA that refuses from the first request on stops after the canary, and nothing is issued', async () => {
  const environment = await dueFleet();
  for (let mac = 1; mac <= MACS; mac += 1)
    environment.jamf.mac(String(mac)).failures.push(...Array<string>(9).fill(REFUSED));
  for (let hours = 0; hours < 48; hours += 1) await hour(environment);
  expect(environment.jamf.issued.size).toBe(0);
  // The third equal error opens the circuit breaker; the place of a Mac that failed goes to the next one.
  expect(new Set(triggered(environment)).size).toBeLessThanOrEqual(3);
  expect(environment.limits.breaker?.reason).toBe('same-error');
});

it('a CA that begins to refuse after the first wave issues no more than that wave', async () => {
  const environment = await dueFleet();
  for (let mac = 2; mac <= MACS; mac += 1)
    environment.jamf.mac(String(mac)).failures.push(...Array<string>(9).fill(REFUSED));
  for (let hours = 0; hours < 48; hours += 1) await hour(environment);
  expect(environment.jamf.issued.size).toBe(WAVES[0]);
  const [, second = 0] = WAVES;
  expect(new Set(triggered(environment)).size).toBeLessThanOrEqual(second + 2);
  expect(environment.limits.breaker?.reason).toBe('same-error');
});
