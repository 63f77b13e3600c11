import { z } from 'zod';
import type { Api } from './api.js';
import { anything, isObject, listOf, section, word } from '../parsing/coerce.js';
import { header } from '../transport/outcome.js';
import type { Privileges, ServerFacts } from '../setup.js';
import { inventoryOf } from './version.js';

const versionSchema = z.object({ version: z.string().min(1) });

/** The header `Date` has whole seconds: on average the instant is half a second later. */
const HALF_SECOND_MS = 500;

/** Version and clock of the server. The clock is that of `Date`, seen when the answer arrived. */
export async function about(api: Api, now: () => number): Promise<ServerFacts> {
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

/** `AuthorizationV1` of the specification; every part of it is optional there. */
const authorizationSchema = z.object({
  account: section({ accessLevel: word, privilegeSet: word, privilegesBySite: anything }),
  accountGroups: anything,
});
const groupSchema = z.object({ privileges: names.catch([]) });

/** What the token may do, on whatever site: of the account itself and of the groups it is in. */
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
