import { z } from 'zod';
import type { TokenConfig } from '../../../config/schema.js';
import type { IssuedToken } from '../../../store/access/tokens.js';
import { audited } from '../../../application/audit/audited.js';
import { noBody, nothing } from '../../http/check-request.js';
import { Problem } from '../../../contract/problem.js';
import type { Principal } from '../../../contract/roles.js';
import { defineRoute } from '../../server/route.js';
import {
  tokenIssued,
  tokenList,
  tokenRequest,
  tokenRevoked,
  type TokenView,
} from '../../../contract/resources/tokens.js';
import type { ApiServices } from '../../server/services.js';
import { createToken } from '../../../config/values/api-token.js';
import { isOver } from '../tokens.js';
import { whichInstance } from '../../../application/fleet/resolve-instance.js';

const path = '/api/v1/tokens';
const admin = { role: 'admin', query: nothing } as const;

/** API tokens: those of the configuration are shown, others are made and revoked here. */
export const tokenRoutes = [
  defineRoute({
    ...admin,
    method: 'get',
    path,
    summary: 'API tokens, and when each was used last',
    params: nothing,
    body: noBody,
    answer: tokenList,
    statuses: [200],
    handle: async ({ who }, services) => {
      mustBeForAll(who);
      return { body: { tokens: await all(services) } };
    },
  }),
  defineRoute({
    ...admin,
    method: 'post',
    path,
    acts: 'token-issue',
    summary: 'Make an API token',
    description:
      'The token is in the answer and is never shown again. No idempotency key: an answer that is kept would keep the token. Asked twice there are two, and one can be revoked.',
    params: nothing,
    body: tokenRequest,
    answer: tokenIssued,
    statuses: [201],
    handle: async ({ body, who }, services) => {
      const { issuedTokens, now } = services;
      const { name, role, expires } = body;
      const instances = body.instances?.map((one) => whichInstance(services, one)) ?? null;
      const act = {
        action: 'token-issue' as const,
        instance: null,
        reason: '',
        computers: 0,
        subjects: [name],
      };
      return {
        body: await audited(services, who, act, async () => {
          mustBeForAll(who);
          if (isOver({ expires }, now()))
            throw new Problem('invalid-request', 'body.expires: this day is over.');
          const { token: secret, sha256 } = createToken();
          const at = now();
          const record = { name, role, instances, expires, sha256, createdAt: at, createdBy: who.name };
          await issuedTokens.add(record);
          const where = instances === null ? 'all servers' : instances.join(', ');
          return {
            value: { token: view(record, services, undefined), secret },
            outcome: 'done',
            result: `${idOf(sha256)}: ${role} on ${where}, until ${expires}.`,
          };
        }),
      };
    },
  }),
  defineRoute({
    ...admin,
    method: 'delete',
    path: `${path}/{id}`,
    acts: 'token-revoke',
    summary: 'Revoke an API token',
    description: 'It is worth nothing from now on, nor are the sessions that were opened with it.',
    params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{1,64}$/, 'is an id of the list') }),
    body: noBody,
    answer: tokenRevoked,
    statuses: [200],
    handle: async ({ params: { id }, who }, services) => {
      const { issuedTokens, config, telemetry, now } = services;
      const inConfiguration = config.tokens.find(({ sha256 }) => idOf(sha256) === id);
      const found = (await issuedTokens.all()).find(({ sha256 }) => idOf(sha256) === id);
      const name = (found ?? inConfiguration)?.name ?? id;
      const act = {
        action: 'token-revoke' as const,
        instance: null,
        reason: '',
        computers: 0,
        subjects: [name],
      };
      return {
        body: await audited(services, who, act, async () => {
          mustBeForAll(who);
          if (inConfiguration)
            throw new Problem(
              'refused',
              `The token of ${name} stands in the configuration: take it out there and restart the receivers.`,
            );
          if (!found || !(await issuedTokens.remove(found.sha256)))
            throw new Problem(
              'not-found',
              `There is no token ${id}. \`recert tokens list\` shows those there are.`,
            );
          telemetry.emit('sign-in.ended', { who: name, why: `the token ${id} was revoked` });
          return {
            value: { revoked: true as const, name, at: now() },
            outcome: 'done',
            result: `${id} is worth nothing any more.`,
          };
        }),
      };
    },
  }),
];

async function all(services: ApiServices): Promise<TokenView[]> {
  const { issuedTokens, config } = services;
  const [issued, used] = await Promise.all([issuedTokens.all(), issuedTokens.lastUsed()]);
  return [...config.tokens, ...issued.toSorted((a, b) => b.createdAt - a.createdAt)].map((one) =>
    view(one, services, used.get(one.sha256)),
  );
}

function view(
  token: TokenConfig | IssuedToken,
  { now }: ApiServices,
  lastUsedAt: number | undefined,
): TokenView {
  const { name, role, sha256, expires } = token;
  const issued = 'createdAt' in token ? token : null;
  return {
    id: idOf(sha256),
    name,
    role,
    instances: issued?.instances ?? null,
    expires: expires ?? null,
    expired: isOver(token, now()),
    source: issued ? 'issued' : 'configuration',
    createdAt: issued?.createdAt ?? null,
    createdBy: issued?.createdBy ?? null,
    lastUsedAt: lastUsedAt ?? null,
  };
}

/** Enough of the hash to tell tokens apart, and nothing that a token could be guessed from. */
function idOf(sha256: string): string {
  return sha256.slice(0, 12);
}

/** Whoever is for some servers would else make themselves a token for all. */
function mustBeForAll({ name, instances }: Principal): void {
  if (instances !== null)
    throw new Problem(
      'not-allowed',
      `${name} is for ${instances.join(', ')} alone: tokens are seen to by an admin of all Jamf Pro servers.`,
    );
}
