import { z } from 'zod';
import type { OidcConfig } from '../../../config/sections/sign-in.js';
import { noBody, nothing } from '../../http/check-request.js';
import { Problem } from '../../../contract/problem.js';
import { defineOpenRoute, type Reply } from '../../server/route.js';
import type { Principal } from '../../../contract/roles.js';
import type { RequestSender } from '../../http/sender.js';
import type { ApiServices } from '../../server/services.js';
import { LOGIN_STATE_TTL_MS, landing } from '../login-state.js';
import { openSession, refuseSignIn } from '../open-session.js';
import { ProviderDown, SignInRefused } from '../oidc-errors.js';
import { CALLBACK_PATH, type Identity } from '../oidc-provider.js';
import { groupsThatCount, roleOf } from '../role-mapping.js';

/** Path that a browser opens to start a sign-in at the identity provider. */
export const OIDC_PATH = '/api/v1/session/oidc';

const common = {
  method: 'get',
  params: nothing,
  body: noBody,
  answer: z.undefined(),
  statuses: [303],
  produces: 'redirection',
} as const;

const callbackParameter = z.string().max(4_000).optional();

/**
 * Routes for the sign-in at the identity provider by browser redirects. After an expected error, the browser is
 * redirected to the sign-in page, which shows the reason.
 */
export const oidcRoutes = [
  defineOpenRoute({
    ...common,
    path: OIDC_PATH,
    summary: 'Start a sign-in at the identity provider',
    description:
      'For browsers. Redirects to the identity provider, or back to the sign-in page, which shows the reason.',
    query: z.strictObject({
      next: z.string().max(500).optional().describe('The page to open after the sign-in, such as /macs.'),
    }),
    handle: async ({ query, sender }, services) => {
      const { provider, attempts } = mustHave(services);
      const next = landing(query.next ?? '/');
      try {
        const { url, attempt } = await provider.begin(next);
        const open = attempts.write(attempt);
        return { body: undefined, redirect: url, cookies: { attempt: { open, lifeMs: LOGIN_STATE_TTL_MS } } };
      } catch (error) {
        return redirectWithError(error, next, sender, services);
      }
    },
  }),
  defineOpenRoute({
    ...common,
    path: CALLBACK_PATH,
    summary: 'Return from the identity provider',
    description: 'The redirect URI that is registered at the identity provider. For browsers only.',
    query: z.object({
      code: callbackParameter,
      state: callbackParameter,
      iss: callbackParameter,
      error: callbackParameter,
    }),
    handle: async ({ query, sender }, services) => {
      const { provider, attempts } = mustHave(services);
      const attempt = attempts.read(sender.attempt);
      const next = attempt?.kind === 'begun' ? attempt.next : '/';
      try {
        if (attempt?.kind !== 'begun')
          throw new SignInRefused(
            'This sign-in was not started in this browser, or it was started more than ten minutes ago. Start the sign-in again.',
          );
        const cookies = await signIn(await provider.finish(query, attempt), sender, services);
        return { body: undefined, redirect: next, cookies: { ...cookies, attempt: 'close' as const } };
      } catch (error) {
        return redirectWithError(error, next, sender, services);
      }
    },
  }),
];

/**
 * Opens a session with the role that the groups of the user have. @throws SignInRefused when none of the groups
 * has a role.
 */
async function signIn(identity: Identity, sender: RequestSender, services: ApiServices) {
  const settings = mustHave(services).settings;
  const { name, groups, idToken } = identity;
  const role = roleOf(groups ?? [], settings.roles);
  if (role === null) {
    const why = groups === null ? noClaim(settings) : noGroup(name, settings);
    await refuseSignIn(services, sender, { name, via: 'oidc' }, why);
    throw new AuditedRefusal(why);
  }
  const who: Principal = { name, role, instances: null, via: 'oidc' };
  const counting = groupsThatCount(groups ?? [], settings.roles);
  const lifeMs = Math.min(services.config.signIn.life, settings.life);
  return openSession(services, sender, who, { kind: 'oidc', name, groups: counting, idToken }, lifeMs);
}

/** A refused sign-in that is already recorded in the audit log, so it is not recorded again. */
class AuditedRefusal extends SignInRefused {}

function noClaim({ label, groupsClaim }: OidcConfig): string {
  return `${label} sent no groups: the Recert app in ${label} needs a claim "${groupsClaim}" (docs/sign-in.md, step 4). Ask an admin of ${label} to add it.`;
}

function noGroup(name: string, { label, roles: { viewer, operator, admin } }: OidcConfig): string {
  const all = [...new Set([...viewer, ...operator, ...admin])].join(', ');
  return `You are signed in to ${label} as ${name}, but none of your groups has access to Recert. Ask to be added to one of these groups: ${all}.`;
}

/** Redirects the browser to the sign-in page, which shows the reason. An unexpected error is thrown again. */
function redirectWithError(
  error: unknown,
  next: string,
  { address }: RequestSender,
  services: ApiServices,
): Reply<undefined> {
  const { attempts, settings } = mustHave(services);
  const { telemetry } = services;
  if (!(error instanceof ProviderDown) && !(error instanceof SignInRefused)) throw error;
  const down = error instanceof ProviderDown;
  if (down) telemetry.emit('sign-in.provider-down', { provider: settings.label, error: error.message });
  else if (!(error instanceof AuditedRefusal))
    telemetry.emit('sign-in.refused', { via: 'oidc', address, why: error.message });
  const sentence = down ? downSentence(settings, services) : error.message;
  const open = attempts.write({ kind: 'refused', sentence });
  return { body: undefined, redirect: next, cookies: { attempt: { open, lifeMs: LOGIN_STATE_TTL_MS } } };
}

function downSentence({ label }: OidcConfig, { config }: ApiServices): string {
  const instead = config.signIn.breakGlass
    ? 'In an emergency, use emergency access below.'
    : 'In an emergency, use an API token.';
  return `${label} cannot be reached. Try again in a minute. ${instead}`;
}

function mustHave({ oidc, config }: ApiServices) {
  if (!oidc || !config.signIn.oidc)
    throw new Problem('not-found', 'No identity provider is configured (signIn.oidc, see docs/sign-in.md).');
  return { ...oidc, settings: config.signIn.oidc };
}
