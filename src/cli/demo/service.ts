import type { z } from 'zod';
import { computerPage } from '../../contract/resources/computer.js';
import { redistributionDetail, redistributionPage } from '../../contract/resources/redistribution.js';
import { createClient } from '../http/client.js';

/** A redistribution as the ops API lists it. */
export type Listed = z.output<typeof redistributionPage>['redistributions'][number];
/** A redistribution with everything that was seen and done. */
export type Detailed = z.output<typeof redistributionDetail>;

/** The demo looks at Recert as everybody else does: through the ops API. */
export interface DemoService {
  /** All redistributions, newest first. */
  list(): Promise<readonly Listed[]>;
  detail(id: string): Promise<Detailed>;
  /** A healthy Mac, not one of the first that come due: those are in the forecast. `null` when there is none. */
  someHealthyMac(): Promise<{ id: string; expiresAt: number } | null>;
}

const AMONG = 60;

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
    someHealthyMac: async () => {
      const { computers } = await ask({
        path: 'computers',
        query: { state: 'healthy', limit: AMONG },
        answer: computerPage,
      });
      const next = computers.at(-1);
      const expiresAt = next?.states[0]?.expiresAt ?? null;
      return next === undefined || expiresAt === null ? null : { id: next.id, expiresAt };
    },
  };
}
