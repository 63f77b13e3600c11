import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holds } from '../../../prove/figure.js';
import { proveFuzz, SMALL_FUZZ } from '../../../prove/intake/fuzz.js';
import { proveOutage, SMALL_OUTAGE } from '../../../prove/intake/outage.js';
import { type IntakeEnvironment, openIntakeEnvironment } from '../../../prove/intake/environment.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

describe('the small webhook proofs', () => {
  let environment: IntakeEnvironment;
  beforeEach(async () => {
    environment = await openIntakeEnvironment();
  });
  afterEach(() => environment.close());

  it(
    'lose no webhook and process none twice while Redis and the receiver are killed',
    async () => {
      // `npm run prove:webhooks` measures response times. Here other tests share the machine.
      const figures = (await proveOutage(environment, SMALL_OUTAGE)).filter(({ unit }) => unit !== 'ms');
      expect(figures.filter((figure) => !holds(figure))).toEqual([]);
    },
    LONG_TEST_MS,
  );

  it(
    'refuse malformed bodies with a reason and close slow connections',
    async () => {
      // 2,000 bodies are too few to measure memory, and `npm run prove:fuzz` measures what depends on the speed of the machine.
      const figures = (await proveFuzz(environment, SMALL_FUZZ)).filter(({ unit }) => unit === undefined);
      expect(figures.filter((figure) => !holds(figure))).toEqual([]);
    },
    LONG_TEST_MS,
  );
});
