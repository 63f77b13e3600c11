import { z } from 'zod';
import type { Api } from '../api.js';
import { anything, isObject, listOf, section, word } from '../../parsing/coerce.js';
import { header } from '../../transport/outcome.js';
import type { Privileges, ServerFacts } from '../../setup.js';
import { inventoryOf } from './version.js';

const versionSchema = z.object({ version: z.string().min(1) });

/**
 * Added to the `Date` header, milliseconds. The header omits the fraction of a second, which is half a second on
 * average.
 */
const HALF_SECOND_MS = 500;

/**
 * Reads the version and the clock of the server. The clock of the server is its `Date` header, which is compared with
 * `now` when the response arrives.
 */
export async function serverInfo(api: Api, now: () => number): Promise<ServerFacts> {
  const call = 'server.version';
  const answer = await api.send({ call, method: 'GET', path: '/api/v1/jamf-pro-version', json: true });
  const arrivedAt = now();
  const { version } = api.understand(call, versionSchema, answer);
  const date = Date.parse(header(answer.headers, 'date') ?? '');
  return {
    version,
    inventory: inventoryOf(version),
    clockAheadMs: Number.isNaN(date) ? null : date + HALF_SECOND_MS - arrivedAt,
  };
}

const names = z.array(z.string());

/** Schema `AuthorizationV1` of the Jamf Pro API (`GET /v1/auth`), in which every field is optional. */
const authorizationSchema = z.object({
  account: section({ accessLevel: word, privilegeSet: word, privilegesBySite: anything }),
  accountGroups: anything,
});
const groupSchema = z.object({ privileges: names.catch([]) });

/** Reads the privileges of the current token: the privileges of the account and of its groups, on all sites. */
export async function privileges(api: Api): Promise<Privileges> {
  const call = 'session.privileges';
  const answer = await api.send({ call, method: 'GET', path: '/api/v1/auth', json: true });
  const { account, accountGroups } = api.understand(call, authorizationSchema, answer);
  const bySite = isObject(account.privilegesBySite) ? Object.values(account.privilegesBySite) : [];
  return {
    names: new Set([
      ...listOf(names, bySite).flat(),
      ...listOf(groupSchema, accountGroups).flatMap((group) => group.privileges),
    ]),
    all: account.privilegeSet === 'ADMINISTRATOR' && account.accessLevel === 'FullAccess',
  };
}
