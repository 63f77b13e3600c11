import type { Figure } from '../figure.js';
import type { ConsoleOptions, ConsoleEnvironment } from './environment.js';

/** Limit for the median response time of every list. */
const MOST_MS = 100;
const DAY_MS = 86_400_000;

/** Every list of the console API with the filters and sort orders that the console uses. */
const LISTS: readonly [name: string, path: string][] = [
  ['overview', '/overview'],
  ['Macs by last contact', '/computers?limit=100'],
  ['due Macs', '/computers?limit=100&state=due'],
  ['unknown Macs by reason', '/computers?limit=100&state=unknown&unknown=no-certificate'],
  [
    'Macs whose certificate expires within 7 days',
    `/computers?limit=100&expiresBefore=${Date.now() + 7 * DAY_MS}`,
  ],
  ['Macs by serial number prefix', '/computers?limit=100&text=C00'],
  ['Macs by name', '/computers?limit=100&text=mbp-c'],
  ['Macs by user', '/computers?limit=100&text=kowalski'],
  ['due Macs by user', '/computers?limit=100&text=kowalski&state=due'],
  ['due Macs sorted by expiry', '/computers?limit=100&state=due&sort=expiry'],
  ...(['contact', 'serialNumber', 'name', 'user'] as const).flatMap((sort): [string, string][] => [
    [`Macs sorted by ${sort}`, `/computers?limit=100&sort=${sort}`],
    [`due Macs sorted by ${sort}`, `/computers?limit=100&state=due&sort=${sort}`],
    [`healthy Macs sorted by ${sort}`, `/computers?limit=100&state=healthy&sort=${sort}`],
    [
      `Macs without a certificate sorted by ${sort}`,
      `/computers?limit=100&state=unknown&unknown=no-certificate&sort=${sort}`,
    ],
    [
      `Macs whose certificate expires within 14 days sorted by ${sort}`,
      `/computers?limit=100&expiresBefore=${Date.now() + 14 * DAY_MS}&sort=${sort}`,
    ],
  ]),
  ['Macs with a blocked redistribution', '/computers?limit=100&blocked=offline'],
  ['no match', '/computers?limit=100&text=no-such-name'],
  ['one Mac', '/computers/17'],
  ['redistributions', '/redistributions'],
  ['redistributions that need attention', '/redistributions?state=needs-human'],
  ['blocked redistributions by reason', '/redistributions?state=blocked&reason=offline'],
  ['redistributions by state and profile', '/redistributions?state=retry&profile=okta'],
  ['batches', '/batches'],
  ['failures by cause', '/failures'],
  ['events', '/events'],
  ['events of one Mac', '/events?computer=17'],
  ['events by name and outcome', '/events?event=ComputerCheckIn&outcome=touch'],
  ['profiles', '/profiles'],
  ['audit log', '/audit'],
  ['tokens', '/tokens'],
  ['a page of the CSV export', '/computers?limit=500&state=healthy'],
  ['settings', '/settings'],
];

/** Measures the median response time of each list of the console API, and of a page 10,000 Macs into the list. */
export async function proveLists(
  environment: ConsoleEnvironment,
  { requests }: ConsoleOptions,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [name, path] of LISTS)
    figures.push({ name, value: await median(environment, path, requests), most: MOST_MS, unit: 'ms' });
  const deep = await cursorAfter(environment, '/computers?limit=500', 20);
  figures.push({
    name: 'Macs after the first 10,000',
    value: await median(environment, `/computers?limit=100&cursor=${encodeURIComponent(deep)}`, requests),
    most: MOST_MS,
    unit: 'ms',
  });
  return figures;
}

/** Median response time, milliseconds. The first request is not measured, because it fills caches. */
async function median(environment: ConsoleEnvironment, path: string, requests: number): Promise<number> {
  await ask(environment, path);
  const times: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const startedAt = performance.now();
    await ask(environment, path);
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(requests / 2)] ?? NaN;
}

async function ask({ url, token }: ConsoleEnvironment, path: string): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

/** The cursor after a number of pages, or of the last page if the list is shorter. */
async function cursorAfter(environment: ConsoleEnvironment, path: string, pages: number): Promise<string> {
  let cursor = '';
  for (let index = 0; index < pages; index += 1) {
    const answer = await ask(
      environment,
      cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`,
    );
    const next = typeof answer === 'object' && answer !== null && 'next' in answer ? answer.next : null;
    if (typeof next !== 'string') break;
    cursor = next;
  }
  return cursor;
}
