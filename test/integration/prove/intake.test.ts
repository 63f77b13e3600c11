import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holds } from '../../../prove/figure.js';
import { proveFuzz, SMALL_FUZZ } from '../../../prove/intake/fuzz.js';
import { proveOutage, SMALL_OUTAGE } from '../../../prove/intake/outage.js';
import { type IntakeEnvironment, openIntakeEnvironment } from '../../../prove/intake/environment.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

describe('the way in, small', () => {
  let environment: IntakeEnvironment;
  beforeEach(async () => {
    environment = await openIntakeEnvironment();
  });
  afterEach(() => environment.close());

  it(
    'loses no webhook and does none twice while Redis and the receiver are killed',
    async () => {
      // How long an answer takes is measured by `npm run prove:webhooks`: here other tests share the machine.
      const figures = (await proveOutage(environment, SMALL_OUTAGE)).filter(({ unit }) => unit !== 'ms');
      expect(figures.filter((figure) => !holds(figure))).toEqual([]);
    },
    LONG_TEST_MS,
  );

  it(
    'refuses strange bodies clearly and cuts slow senders off',
    async () => {
      // Two thousand bodies say nothing about memory yet, and `npm run prove:fuzz` measures the time.
      const figures = (await proveFuzz(environment, SMALL_FUZZ)).filter(
        ({ unit }) => unit !== 'MB' && unit !== 's',
      );
      expect(figures.filter((figure) => !holds(figure))).toEqual([]);
    },
    LONG_TEST_MS,
  );
});
