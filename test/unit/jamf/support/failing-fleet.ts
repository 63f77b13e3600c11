import { record } from './inventory.js';
import type { Reply, Seen } from './server.js';

/** A fleet with records that break every response that contains them. */
export interface FailingFleet {
  reply: (seen: Seen) => Reply;
  requests: Seen[];
}

/** The response of Jamf Pro if a failing record is on the page. `text` is the page as JSON. */
export type Failure = (text: string) => Reply;

export const FAILS_500: Failure = () => ({ status: 500, body: { httpStatus: 500, errors: [] } });

/** The names of the failing records end the JSON string, so that no repair can find the end of the text. */
export const UNREADABLE: Failure = (text) => ({ body: text.replaceAll('"bad', '"a"}b') });

/** Macs with the IDs 1 to `macs`. A failure in the section GENERAL does not affect requests for other sections. */
export function failingFleet(
  macs: number,
  failing: readonly number[],
  { failure = FAILS_500, general = false }: { failure?: Failure; general?: boolean } = {},
): FailingFleet {
  const requests: Seen[] = [];
  const ids = Array.from({ length: macs }, (_, index) => index + 1);
  const reply = (seen: Seen): Reply => {
    requests.push(seen);
    const { query } = seen;
    const wanted = /id=in=\((.*)\)/
      .exec(query.get('filter') ?? '')?.[1]
      ?.split(',')
      .map(Number);
    const all = wanted ? ids.filter((id) => wanted.includes(id)) : ids;
    const [page, size] = [Number(query.get('page')), Number(query.get('page-size'))];
    const listed = all.slice(page * size, (page + 1) * size);
    const shows = !general || query.getAll('section').includes('GENERAL');
    const bad = shows && listed.some((id) => failing.includes(id));
    const results = listed.map((id) =>
      record(
        String(id),
        shows ? { general: { name: failing.includes(id) ? 'bad' : `mac-${id}` } } : { general: null },
      ),
    );
    const body = { totalCount: all.length, results };
    return bad ? failure(JSON.stringify(body)) : { body };
  };
  return { reply, requests };
}
