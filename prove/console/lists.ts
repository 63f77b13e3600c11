import type { Figure } from '../figure.js';
import type { ConsoleOptions, ConsolePlace } from './place.js';

/** What every list must answer within, at the median. */
const MOST_MS = 100;
const DAY_MS = 86_400_000;

/** Every list of the console, in the ways in which it is asked for. */
const LISTS: readonly [name: string, path: string][] = [
  ['overview', '/overview'],
  ['Macs, last contact first', '/computers?limit=100'],
  ['Macs that are due', '/computers?limit=100&state=due'],
  [
    'Macs of which nothing can be said, by reason',
    '/computers?limit=100&state=unknown&unknown=no-certificate',
  ],
  [
    'Macs whose certificate ends within 7 days',
    `/computers?limit=100&expiresBefore=${Date.now() + 7 * DAY_MS}`,
  ],
  ['Macs by the beginning of a serial number', '/computers?limit=100&text=C00'],
  ['Macs by name', '/computers?limit=100&text=mbp-c'],
  ['Macs by user', '/computers?limit=100&text=kowalski'],
  ['Macs by user that are due', '/computers?limit=100&text=kowalski&state=due'],
  ['Macs that are due, by expiry', '/computers?limit=100&state=due&sort=expiry'],
  ...(['contact', 'serialNumber', 'name', 'user'] as const).flatMap((sort): [string, string][] => [
    [`Macs in the order of ${sort}`, `/computers?limit=100&sort=${sort}`],
    [`Macs that are due, in the order of ${sort}`, `/computers?limit=100&state=due&sort=${sort}`],
    [`Macs that are healthy, in the order of ${sort}`, `/computers?limit=100&state=healthy&sort=${sort}`],
    [
      `Macs without a certificate, in the order of ${sort}`,
      `/computers?limit=100&state=unknown&unknown=no-certificate&sort=${sort}`,
    ],
    [
      `Macs whose certificate ends within 14 days, in the order of ${sort}`,
      `/computers?limit=100&expiresBefore=${Date.now() + 14 * DAY_MS}&sort=${sort}`,
    ],
  ]),
  ['Macs whose redistribution waits for them', '/computers?limit=100&blocked=offline'],
  ['nobody found', '/computers?limit=100&text=nobody-has-this-name'],
  ['one Mac', '/computers/17'],
  ['redistributions', '/redistributions'],
  ['redistributions that need a person', '/redistributions?state=needs-human'],
  ['redistributions that are blocked, by reason', '/redistributions?state=blocked&reason=offline'],
  ['redistributions of a state and a profile', '/redistributions?state=retry&profile=okta'],
  ['requests for many', '/batches'],
  ['failures by cause', '/failures'],
  ['events', '/events'],
  ['events of one Mac', '/events?computer=17'],
  ['events by kind and outcome', '/events?event=ComputerCheckIn&outcome=touch'],
  ['profiles', '/profiles'],
  ['audit', '/audit'],
  ['tokens', '/tokens'],
  ['a page of the CSV', '/computers?limit=500&state=healthy'],
  ['settings', '/settings'],
];

/** Proof: each list answers soon, whatever the size of the fleet; also far down. */
export async function proveLists(
  place: ConsolePlace,
  { requests }: ConsoleOptions,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [name, path] of LISTS)
    figures.push({ name, value: await median(place, path, requests), most: MOST_MS, unit: 'ms' });
  const deep = await cursorAfter(place, '/computers?limit=500', 20);
  figures.push({
    name: 'Macs, 10,000 further down',
    value: await median(place, `/computers?limit=100&cursor=${encodeURIComponent(deep)}`, requests),
    most: MOST_MS,
    unit: 'ms',
  });
  return figures;
}

/** The middle one of some answer times, milliseconds. The first request is not counted: it fills what is kept. */
async function median(place: ConsolePlace, path: string, requests: number): Promise<number> {
  await ask(place, path);
  const times: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const startedAt = performance.now();
    await ask(place, path);
    times.push(performance.now() - startedAt);
  }
  return times.sort((one, other) => one - other)[Math.floor(requests / 2)] ?? NaN;
}

async function ask({ url, token }: ConsolePlace, path: string): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

/** Where so many pages end; where the list ends, when it is shorter. */
async function cursorAfter(place: ConsolePlace, path: string, pages: number): Promise<string> {
  let cursor = '';
  for (let index = 0; index < pages; index += 1) {
    const answer = await ask(place, cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`);
    const next = typeof answer === 'object' && answer !== null && 'next' in answer ? answer.next : null;
    if (typeof next !== 'string') break;
    cursor = next;
  }
  return cursor;
}
