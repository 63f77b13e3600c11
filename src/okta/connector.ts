import type { OktaConfig } from '../config/sections/okta.js';
import type { OktaAuthorities, OktaEvents, OktaRead } from '../domain/okta/state.js';
import { OktaError } from './failure.js';
import { nextLink, readAuthorities, readConfigurations, readEvents } from './parse.js';
import { createOktaSession } from './session.js';

/** The read-only calls to an Okta organization. They never throw. */
export interface OktaConnector {
  /** Reads the certificate authorities that issue, with their generations and SCEP configurations. */
  authorities(): Promise<OktaRead<OktaAuthorities>>;
  /**
   * Reads a page of the System Log: from `cursor`, or from `since` if there is no cursor or Okta refuses it. Events may
   * come twice.
   */
  events(from: { cursor: string | null; since: number }): Promise<OktaRead<OktaEvents>>;
}

const PAGE = 200;
/** Events that concern Recert. The System Log sorts them by the time of storing. */
const FILTER = ['eventType sw "pki."', 'eventType sw "device.platform."'].join(' or ');

/** Creates the connector. The first call signs in. */
export function createOktaConnector(settings: OktaConfig, now: () => number = Date.now): OktaConnector {
  const session = createOktaSession(settings, now);
  const base = new URL(settings.url);
  const authoritiesPath = `${settings.apiPath.replace(/\/+$/, '')}/certificate-authorities`;

  const readPage = async (url: URL): Promise<OktaEvents> => {
    const { body, headers } = await session.get('System Log', url);
    const events = readEvents(body);
    const length = Array.isArray(body) ? body.length : 0;
    return { events, cursor: nextLink(headers.get('link')), more: length >= PAGE };
  };
  const firstPage = (since: number) => {
    const url = new URL('/api/v1/logs', base);
    url.searchParams.set('since', new Date(since).toISOString());
    url.searchParams.set('filter', FILTER);
    url.searchParams.set('sortOrder', 'ASCENDING');
    url.searchParams.set('limit', String(PAGE));
    return url;
  };

  return {
    authorities: () =>
      attempt(async () => {
        const list = new URL(authoritiesPath, base);
        list.searchParams.set('expand', 'certificates');
        const { ids, generations } = readAuthorities(
          (await session.get('certificate authorities', list)).body,
        );
        const configurations = [];
        for (const id of ids) {
          const url = new URL(`${authoritiesPath}/${id}/registration-authorities`, base);
          const { body } = await session.get('SCEP configurations', url);
          configurations.push(...readConfigurations(body, id));
        }
        return { generations, configurations };
      }),

    events: ({ cursor, since }) =>
      attempt(async () => {
        const next = cursor === null || !URL.canParse(cursor) ? null : new URL(cursor);
        // The access token must not be sent to another server.
        if (next?.origin !== base.origin) return readPage(firstPage(since));
        try {
          return await readPage(next);
        } catch (error) {
          const isExpired =
            error instanceof OktaError && error.status !== null && [400, 404, 410].includes(error.status);
          if (!isExpired) throw error;
          return readPage(firstPage(since));
        }
      }),
  };
}

async function attempt<Found>(work: () => Promise<Found>): Promise<OktaRead<Found>> {
  try {
    return { found: await work() };
  } catch (error) {
    if (error instanceof OktaError) return { failed: error.failure };
    return { failed: { kind: 'away', text: 'the response of Okta is not understood' } };
  }
}
