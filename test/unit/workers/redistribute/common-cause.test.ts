import { expect, it } from 'vitest';
import { releaseUncharged } from '../../../../src/application/redistribution/release-uncharged.js';
import { commonCauseOf } from '../../../../src/domain/redistribution/safety-limits/common-cause.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';
import { DAY, HOUR, MINUTE, START } from '../../../support/redistribution/fixtures.js';

const MACS = Array.from({ length: 20 }, (_, index) => String(index + 1));
const WRONG =
  'The SCEP server at “https://acme.okta.com/scep” refused the certificate request: the challenge password is not valid. <MDM-SCEP:15001>';

it.each([
  [WRONG, 'wrong-challenge'],
  [
    'Unable to contact the SCEP server. The server answered 429 Too Many Requests. <MDM-SCEP:14006>',
    'ca-rate-limit',
  ],
  ['The server answered 503 Service Unavailable.', 'ca-failure'],
  ['The common name is longer than 64 characters. <MDM-SCEP:15001>', null],
  ['The network connection was lost. <MDM-SCEP:14006>', null],
  ['the Mac gave no reason', null],
])('the common cause of "%s" is %s', (error, cause) => {
  expect(commonCauseOf(error)).toBe(cause);
});

/** Lets time pass: Macs execute their commands and report inventory, and each job runs at its time. */
async function pass(environment: TestEnvironment, until: () => boolean): Promise<void> {
  const { jamf, store, clock, hinted } = environment;
  for (let round = 0; round < 3_000 && !until(); round += 1) {
    const open = [...store.records.values()].filter(
      ({ closedAt, state }) => closedAt === null && state !== 'verified',
    );
    const next = open.toSorted((one, other) => one.wakeAt - other.wakeAt)[0];
    const [signaled] = store.signals;
    if (signaled === undefined && next !== undefined) clock.at = Math.max(clock.at + 1, next.wakeAt);
    const id = signaled ?? next?.id;
    if (id === undefined) return;
    await environment.runJob(id);
    for (const mac of MACS) {
      jamf.deliver(mac);
      if (!hinted.delete(mac)) continue;
      jamf.report(mac);
      await environment.assessMac(mac);
    }
  }
}

it('a wrong challenge opens the circuit breaker, uses up no Mac, and all Macs are renewed after it is fixed', async () => {
  const environment = createEnvironment({ canary: [1, 5, 25] });
  const { jamf, store, limits, now } = environment;
  for (const id of MACS) await environment.enroll(id);
  for (const id of MACS) jamf.mac(id).failures.push(WRONG, WRONG, WRONG, WRONG);
  await pass(environment, () => limits.breaker !== null);
  const failed = [...store.records.values()].filter(({ attempts }) =>
    attempts.some(({ outcome }) => outcome === 'error'),
  );
  expect(store.results).toHaveLength(3);
  expect(limits.breaker?.text).toContain(
    'The cause concerns all Macs: the SCEP challenge is wrong or was reset.',
  );
  // Without the rule, the attempts would count until 30 days later.
  const used = await Promise.all(
    MACS.map((id) => store.attemptsSince('prod', 'okta', id, { since: START - DAY })),
  );
  expect(used).toEqual(MACS.map(() => 0));

  for (const id of MACS) jamf.mac(id).failures.length = 0;
  environment.clock.at += 5 * MINUTE;
  await limits.closeBreaker('prod', 'okta', now());
  const ports = {
    redistributions: {
      ...store,
      page: (_instance: string, { state }: { state?: string } = {}) =>
        Promise.resolve({
          redistributions: [...store.records.values()].filter((one) => one.state === state),
          cursor: null,
          unreadable: [],
        }),
    },
    limits,
    producers: environment.considerDeps.producers,
    now,
  };
  expect(await releaseUncharged(ports, 'prod', 'okta', environment.watched.policy)).toBe(failed.length);
  const first = [...store.line.first(failed.length)];
  expect(new Set(first)).toEqual(new Set(failed.map(({ id }) => id)));
  await pass(environment, () => [...store.records.values()].every(({ state }) => state === 'verified'));
  const states = [...store.records.values()].map(({ state }) => state);
  expect(states).toEqual(MACS.map(() => 'verified'));
  expect(environment.clock.at).toBeLessThan(START + DAY + 2 * HOUR);
});
