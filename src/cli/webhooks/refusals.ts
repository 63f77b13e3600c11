/** Webhooks that a receiver refused so far, by the status that they were answered with. */
export type Refusals = ReadonlyMap<string, number>;

const LINE = /^recert_webhooks_refused_total\{([^}]*)\} (\d+)/gm;
const TIMEOUT_MS = 5_000;

/** Reads them from `/metrics`; none when that cannot be read, which is not worth ending for. */
export async function readRefusals(url: string): Promise<Refusals> {
  const metrics = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    .then((response) => (response.ok ? response.text() : ''))
    .catch(() => '');
  return refusalsIn(metrics);
}

/** Those that a text in Prometheus' format tells of, whatever instance they were for. */
export function refusalsIn(metrics: string): Refusals {
  const counts = new Map<string, number>();
  for (const [, labels = '', count = '0'] of metrics.matchAll(LINE)) {
    const status = /(?:^|,)status="(\d+)"/.exec(labels)?.[1];
    if (status !== undefined) counts.set(status, (counts.get(status) ?? 0) + Number(count));
  }
  return counts;
}

/** How many more there are than before. Fewer means another receiver answered: then nothing is said. */
export function newRefusals(before: Refusals, after: Refusals): Refusals {
  const more = [...after].map(([status, count]) => [status, count - (before.get(status) ?? 0)] as const);
  return new Map(more.filter(([, count]) => count > 0));
}

const WHY: Readonly<Record<string, string>> = {
  400: 'what was sent is not understood; the log of the receiver says why',
  401: 'it did not prove that it comes from Jamf; recert webhooks apply gives Jamf the right secret, the log of the receiver says what was wrong',
  404: 'the address names no Jamf Pro server of the configuration; recert webhooks apply gives Jamf the right one',
  413: 'it was larger than http.bodyLimit',
  415: 'it was neither JSON nor XML',
  429: 'it came from an address that failed too often, and did not prove that it is Jamf either; the log of the receiver says why',
  503: 'it could not be kept: /readyz says why',
};

/** One sentence for each status. */
export function explainRefusals(refusals: Refusals): string[] {
  return [...refusals].map(([status, count]) => {
    const why = WHY[status] ?? 'the log of the receiver says why';
    return `${count} ${count === 1 ? 'was' : 'were'} refused with ${status}: ${why}.`;
  });
}
