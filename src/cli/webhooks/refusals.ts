/** Number of webhooks that a receiver has refused, by HTTP status. */
export type Refusals = ReadonlyMap<string, number>;

const LINE = /^recert_webhooks_refused_total\{([^}]*)\} (\d+)/gm;
const TIMEOUT_MS = 5_000;

/**
 * Reads from `/metrics` of the receiver how many webhooks it has refused. Returns an empty map if the metrics
 * cannot be read, because they only help with the diagnosis.
 */
export async function readRefusals(url: string): Promise<Refusals> {
  const metrics = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    .then((response) => (response.ok ? response.text() : ''))
    .catch(() => '');
  return refusalsIn(metrics);
}

/** Reads the numbers of refused webhooks from metrics in Prometheus text format, summed over all Jamf Pro servers. */
export function refusalsIn(metrics: string): Refusals {
  const counts = new Map<string, number>();
  for (const [, labels = '', count = '0'] of metrics.matchAll(LINE)) {
    const status = /(?:^|,)status="(\d+)"/.exec(labels)?.[1];
    if (status !== undefined) counts.set(status, (counts.get(status) ?? 0) + Number(count));
  }
  return counts;
}

/**
 * Returns by how much each number has increased since `before`. A lower number comes from another receiver behind
 * the load balancer and is ignored.
 */
export function newRefusals(before: Refusals, after: Refusals): Refusals {
  const more = [...after].map(([status, count]) => [status, count - (before.get(status) ?? 0)] as const);
  return new Map(more.filter(([, count]) => count > 0));
}

const WHY: Readonly<Record<string, string>> = {
  400: 'the body is not valid; see the log of the receiver',
  401: 'authentication failed; run recert webhooks apply to set the secret in Jamf Pro, and see the log of the receiver for the reason',
  404: 'the URL does not match a configured Jamf Pro server; run recert webhooks apply to set the URL in Jamf Pro',
  413: 'the body is larger than http.bodyLimit',
  415: 'the body is neither JSON nor XML',
  429: 'too many failed authentications from this address, and the authentication of this request failed as well; see the log of the receiver',
  503: 'the event could not be stored; see /readyz',
};

/** Returns one sentence for each HTTP status, with the reason why webhooks were refused. */
export function explainRefusals(refusals: Refusals): string[] {
  return [...refusals].map(([status, count]) => {
    const why = WHY[status] ?? 'see the log of the receiver';
    return `${count} refused with HTTP ${status}: ${why}.`;
  });
}
