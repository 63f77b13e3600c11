import { expect, it } from 'vitest';
import { explainRefusals, newRefusals, refusalsIn } from '../../../src/cli/webhooks/refusals.js';

const METRICS = `# HELP recert_webhooks_refused_total Webhooks refused.
# TYPE recert_webhooks_refused_total counter
recert_webhooks_refused_total{server="prod",status="401"} 3
recert_webhooks_refused_total{server="unknown",status="401"} 1
recert_webhooks_refused_total{server="unknown",status="404"} 2
recert_webhooks_total{server="prod",event="ComputerAdded",outcome="admitted"} 9
`;

it('counts refusals by status, over all servers', () => {
  expect(refusalsIn(METRICS)).toEqual(
    new Map([
      ['401', 4],
      ['404', 2],
    ]),
  );
  expect(refusalsIn('<html>')).toEqual(new Map());
});

it('reports new refusals with their reason', () => {
  const before = new Map([
    ['404', 2],
    ['503', 7],
  ]);
  const more = newRefusals(before, refusalsIn(METRICS));
  expect(more).toEqual(new Map([['401', 4]]));
  expect(explainRefusals(more)).toEqual([
    '4 refused with HTTP 401: authentication failed; run recert webhooks apply to set the secret in Jamf Pro, and see the log of the receiver for the reason.',
  ]);
  expect(explainRefusals(new Map([['418', 1]]))).toEqual([
    '1 refused with HTTP 418: see the log of the receiver.',
  ]);
});
