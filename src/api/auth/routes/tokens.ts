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
import { isExpired } from '../tokens.js';
import { resolveInstance } from '../../../application/fleet/resolve-instance.js';

const path = '/api/v1/tokens';
const admin = { role: 'admin', query: nothing } as const;

/** Routes for API tokens: list, create and revoke. Tokens in the configuration file are listed, but cannot be changed. */
export const tokenRoutes = [
  defineRoute({
    ...admin,
    method: 'get',
    path,
    summary: 'API tokens with the time of last use',
    params: nothing,
    body: noBody,
    answer: tokenList,
    statuses: [200],
    handle: async ({ who }, services) => {
      requireAllInstances(who);
      return { body: { tokens: await all(services) } };
    },
  }),
  defineRoute({
    ...admin,
    method: 'post',
    path,
    acts: 'token-issue',
    summary: 'Create an API token',
    description:
      'The response contains the token, which is never shown again. Idempotency keys are not supported, because the stored response would contain the token. A repeated request creates a second token; revoke the one that you do not need.',
    params: nothing,
    body: tokenRequest,
    answer: tokenIssued,
    statuses: [201],
    handle: async ({ body, who }, services) => {
      const { issuedTokens, now } = services;
      const { name, role, expires } = body;
      const instances = body.instances?.map((named) => resolveInstance(services, named)) ?? null;
      const act = {
        action: 'token-issue' as const,
        instance: null,
        reason: '',
        computers: 0,
        subjects: [name],
      };
      return {
        body: await audited(services, who, act, async () => {
          requireAllInstances(who);
          if (isExpired({ expires }, now()))
            throw new Problem('invalid-request', 'body.expires: must not be in the past.');
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
    description: 'The token and all sessions that were opened with it are invalid immediately.',
    params: z.strictObject({
      id: z.string().regex(/^[0-9a-f]{1,64}$/, 'must be an ID from the list of tokens'),
    }),
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
          requireAllInstances(who);
          if (inConfiguration)
            throw new Problem(
              'refused',
              `The token of ${name} is defined in the configuration file. Remove the token from the file, and restart the receivers.`,
            );
          if (!found || !(await issuedTokens.remove(found.sha256)))
            throw new Problem(
              'not-found',
              `There is no token with the ID ${id}. \`recert tokens list\` shows all tokens.`,
            );
          telemetry.emit('sign-in.ended', { who: name, why: `the token ${id} was revoked` });
          return {
            value: { revoked: true as const, name, at: now() },
            outcome: 'done',
            result: `${id} revoked.`,
          };
        }),
      };
    },
  }),
];

async function all(services: ApiServices): Promise<TokenView[]> {
  const { issuedTokens, config } = services;
  const [issued, used] = await Promise.all([issuedTokens.all(), issuedTokens.lastUsed()]);
  return [...config.tokens, ...issued.toSorted((a, b) => b.createdAt - a.createdAt)].map((token) =>
    view(token, services, used.get(token.sha256)),
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
    expired: isExpired(token, now()),
    source: issued ? 'issued' : 'configuration',
    createdAt: issued?.createdAt ?? null,
    createdBy: issued?.createdBy ?? null,
    lastUsedAt: lastUsedAt ?? null,
  };
}

/** Returns the ID of a token: a prefix of its hash, which identifies the token but does not help to guess it. */
function idOf(sha256: string): string {
  return sha256.slice(0, 12);
}

/**
 * Refuses admins whose access is limited to some Jamf Pro servers. They could otherwise create a token for all servers.
 * `what` is the action, with which the error message begins.
 */
export function requireAllInstances({ name, instances }: Principal, what = 'Managing tokens'): void {
  if (instances !== null)
    throw new Problem(
      'not-allowed',
      `Permission denied: ${name} has access to ${instances.join(', ')} only. ${what} requires an admin for all Jamf Pro servers.`,
    );
}
