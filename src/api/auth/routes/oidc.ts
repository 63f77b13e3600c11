import { z } from 'zod';
import type { OidcConfig } from '../../../config/sections/sign-in.js';
import { noBody, nothing } from '../../http/check-request.js';
import { Problem } from '../../../contract/problem.js';
import { defineOpenRoute, type Reply } from '../../server/route.js';
import type { Principal } from '../../../contract/roles.js';
import type { Sender } from '../../http/sender.js';
import type { ApiServices } from '../../server/services.js';
import { ATTEMPT_LIFE_MS, landing } from '../login-state.js';
import { openSession, refuseSignIn } from '../open-session.js';
import { CALLBACK_PATH, type Identity, ProviderDown, SignInRefused } from '../oidc-provider.js';
import { groupsThatCount, roleOf } from '../role-mapping.js';

/** Where signing in at the provider begins. */
export const OIDC_PATH = '/api/v1/session/oidc';

const common = {
  method: 'get',
  params: nothing,
  body: noBody,
  answer: z.undefined(),
  statuses: [303],
  produces: 'redirection',
} as const;

const said = z.string().max(4_000).optional();

/** Signing in at the provider: a browser goes there and comes back. Whatever becomes of it, it ends at a page. */
export const oidcRoutes = [
  defineOpenRoute({
    ...common,
    path: OIDC_PATH,
    summary: 'Begin to sign in at the provider',
    description: 'For browsers: sends them to the provider, or back to the sign-in page, which says why not.',
    query: z.strictObject({
      next: z.string().max(500).optional().describe('The page to be at afterwards, such as /macs.'),
    }),
    handle: async ({ query, sender }, services) => {
      const { provider, attempts } = mustHave(services);
      const next = landing(query.next ?? '/');
      try {
        const { url, attempt } = await provider.begin(next);
        const open = attempts.write(attempt);
        return { body: undefined, redirect: url, cookies: { attempt: { open, lifeMs: ATTEMPT_LIFE_MS } } };
      } catch (error) {
        return turnedBack(error, next, sender, services);
      }
    },
  }),
  defineOpenRoute({
    ...common,
    path: CALLBACK_PATH,
    summary: 'Come back from the provider',
    description: 'The redirect URI of the app at the provider. For browsers only.',
    query: z.object({ code: said, state: said, iss: said, error: said }),
    handle: async ({ query, sender }, services) => {
      const { provider, attempts } = mustHave(services);
      const attempt = attempts.read(sender.attempt);
      const next = attempt?.kind === 'begun' ? attempt.next : '/';
      try {
        if (attempt?.kind !== 'begun')
          throw new SignInRefused(
            'This sign-in was not begun in this browser, or more than ten minutes ago. Begin again.',
          );
        const cookies = await letIn(await provider.finish(query, attempt), sender, services);
        return { body: undefined, redirect: next, cookies: { ...cookies, attempt: 'close' as const } };
      } catch (error) {
        return turnedBack(error, next, sender, services);
      }
    },
  }),
];

/** Opens a session for whom the provider knows, with the role of their groups. @throws SignInRefused */
async function letIn(identity: Identity, sender: Sender, services: ApiServices) {
  const settings = mustHave(services).settings;
  const { name, groups, idToken } = identity;
  const role = roleOf(groups ?? [], settings.roles);
  if (role === null) {
    const why = groups === null ? noClaim(settings) : noGroup(name, settings);
    await refuseSignIn(services, sender, { name, via: 'oidc' }, why);
    throw new Told(why);
  }
  const who: Principal = { name, role, instances: null, via: 'oidc' };
  const counting = groupsThatCount(groups ?? [], settings.roles);
  return openSession(services, sender, who, { kind: 'oidc', name, groups: counting, idToken });
}

/** A refusal that is on record already. */
class Told extends SignInRefused {}

function noClaim({ label, groupsClaim }: OidcConfig): string {
  return `${label} says nothing of groups: its app needs a claim "${groupsClaim}" (docs/sign-in.md, step 4). An admin of ${label} adds it.`;
}

function noGroup(name: string, { label, roles: { viewer, operator, admin } }: OidcConfig): string {
  const all = [...new Set([...viewer, ...operator, ...admin])].join(', ');
  return `${label} knows you as ${name}, and none of your groups may use Recert. Ask to be put into one of these: ${all}.`;
}

/** Sends the browser to the sign-in page, which says what was wrong. What nobody foresaw is a mistake of ours. */
function turnedBack(
  error: unknown,
  next: string,
  { address }: Sender,
  services: ApiServices,
): Reply<undefined> {
  const { attempts, settings } = mustHave(services);
  const { telemetry } = services;
  if (!(error instanceof ProviderDown) && !(error instanceof SignInRefused)) throw error;
  const down = error instanceof ProviderDown;
  if (down) telemetry.emit('sign-in.provider-down', { provider: settings.label, error: error.message });
  else if (!(error instanceof Told))
    telemetry.emit('sign-in.refused', { via: 'oidc', address, why: error.message });
  const sentence = down ? downSentence(settings, services) : error.message;
  const open = attempts.write({ kind: 'refused', sentence });
  return { body: undefined, redirect: next, cookies: { attempt: { open, lifeMs: ATTEMPT_LIFE_MS } } };
}

function downSentence({ label }: OidcConfig, { config }: ApiServices): string {
  const instead = config.signIn.breakGlass
    ? 'If it cannot wait, use the emergency login below.'
    : 'If it cannot wait, use an API token.';
  return `${label} cannot be reached at the moment. Try again in a minute. ${instead}`;
}

function mustHave({ oidc, config }: ApiServices) {
  if (!oidc || !config.signIn.oidc)
    throw new Problem('not-found', 'No provider is configured: signIn.oidc, docs/sign-in.md.');
  return { ...oidc, settings: config.signIn.oidc };
}
