import type { z } from 'zod';
import { computerPage } from '../../contract/resources/computer.js';
import { redistributionDetail, redistributionPage } from '../../contract/resources/redistribution.js';
import { createClient } from '../http/client.js';

/** A redistribution, as listed by the ops API. */
export type Listed = z.output<typeof redistributionPage>['redistributions'][number];
/** A redistribution with its evidence and history. */
export type Detailed = z.output<typeof redistributionDetail>;

/** Access of the demo to Recert, only through the public ops API. */
export interface DemoService {
  /** All redistributions, newest first. */
  list(): Promise<readonly Listed[]>;
  detail(id: string): Promise<Detailed>;
  /** A healthy Mac that is not among the next to come due, because those are in the forecast. `null` if there is none. */
  someHealthyMac(): Promise<{ id: string; expiresAt: number } | null>;
}

/** Number of healthy Macs to choose from. */
const CANDIDATES = 60;

/** Creates a client for the ops API at `url` with an API token. */
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
        query: { state: 'healthy', limit: CANDIDATES },
        answer: computerPage,
      });
      const next = computers.at(-1);
      const expiresAt = next?.states[0]?.expiresAt ?? null;
      return next === undefined || expiresAt === null ? null : { id: next.id, expiresAt };
    },
  };
}
