import type { z } from 'zod';
import { computerPage } from '../../contract/resources/computer.js';
import { redistributionDetail, redistributionPage } from '../../contract/resources/redistribution.js';
import { createClient } from '../http/client.js';

/** A redistribution in the list of the ops API. */
export type Listed = z.output<typeof redistributionPage>['redistributions'][number];
/** A redistribution as the ops API returns it with its evidence and history. */
export type Detailed = z.output<typeof redistributionDetail>;

/** Client of the demo for Recert, which uses only the public ops API. */
export interface DemoService {
  /** Returns all redistributions, newest first. */
  list(): Promise<readonly Listed[]>;
  detail(id: string): Promise<Detailed>;
  /**
   * Returns a healthy Mac whose certificate does not become due soon, because the forecast shows the certificates
   * that do. Returns `null` if there is no such Mac.
   */
  someHealthyMac(): Promise<{ id: string; expiresAt: number } | null>;
}

/** Number of healthy Macs from which `someHealthyMac` selects. */
const CANDIDATES = 60;

/** Creates a client that calls the ops API at `url` with an API token. */
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
