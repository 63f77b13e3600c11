import type { z } from 'zod';
import { redistributionDetail, redistributionPage } from '../../api/schemas/redistribution.js';
import { createClient } from '../client.js';

/** A redistribution as the ops API lists it. */
export type Listed = z.output<typeof redistributionPage>['redistributions'][number];
/** A redistribution with everything that was seen and done. */
export type Detailed = z.output<typeof redistributionDetail>;

/** The demo looks at Recert as everybody else does: through the ops API. */
export interface DemoService {
  /** All redistributions, newest first. */
  list(): Promise<readonly Listed[]>;
  detail(id: string): Promise<Detailed>;
}

/** The ops API at `url`, asked with an API token. */
export function demoService(url: string, token: string): DemoService {
  const ask = createClient({ url, token });
  return {
    list: async () => {
      const all: Listed[] = [];
      let cursor: string | undefined;
      do {
        const page = await ask({
          path: 'redistributions',
          query: { limit: 500, cursor },
          answer: redistributionPage,
        });
        all.push(...page.redistributions);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return all;
    },
    detail: (id) => ask({ path: `redistributions/${id}`, answer: redistributionDetail }),
  };
}
