import { ipKeyGenerator } from 'express-rate-limit';
import { isPassword } from '../../config/values/password-hash.js';
import type { Reply } from '../server/route.js';
import type { Principal } from '../../contract/roles.js';
import type { RequestSender } from '../http/sender.js';
import type { ApiServices } from '../server/services.js';
import { Problem } from '../../contract/problem.js';
import { openSession, refuseSignIn } from './open-session.js';
import { fingerprintOf } from './role-mapping.js';

/** Maximum number of attempts to sign in per minute and address, for all receivers together. */
const MAX_ATTEMPTS = 5;
/**
 * Maximum number of password checks that run or wait in this process. Each check costs 32 MiB of memory and a few
 * tenths of a second of CPU time.
 */
const MAX_WAITING = 4;

let waiting = 0;
let before: Promise<unknown> = Promise.resolve();

/**
 * Signs a user in with the emergency access password. Each use is reported in the audit log, the log, a metric and
 * an incident.
 * @throws Problem when emergency access is not configured, the password is wrong, or there were too many attempts.
 */
export async function breakGlass(
  services: ApiServices,
  sender: RequestSender,
  { name: givenName, password }: { name: string; password: string },
): Promise<{ who: Principal; cookies: NonNullable<Reply<unknown>['cookies']> }> {
  const { config, breakGlass: store, telemetry, now } = services;
  const settings = config.signIn.breakGlass;
  if (!settings)
    throw new Problem(
      'not-found',
      'Emergency access is not configured (signIn.breakGlass, see docs/sign-in.md). You can also sign in with an API token from the configuration.',
    );
  const { address } = sender;
  if ((await store.tried(clientOf(address))) > MAX_ATTEMPTS)
    throw tooMany(
      `There were more than ${MAX_ATTEMPTS} attempts to sign in within a minute from this address.`,
    );
  const name = `${givenName} (break-glass)`;
  if (!(await serialize(() => isPassword(password, settings.hash.reveal())))) {
    const why = 'wrong emergency access password';
    await refuseSignIn(services, sender, { name: 'nobody', via: 'break-glass' }, why);
    throw new Problem('not-authenticated', 'Wrong emergency access password.');
  }
  const who: Principal = { name, role: settings.role, instances: null, via: 'break-glass' };
  const at = now();
  const use = await store.note({ name: givenName, address, at, endsAt: at + settings.life });
  telemetry.emit('sign-in.glass-broken', { who: givenName, address });
  const proof = { kind: 'break-glass', name, fingerprint: fingerprintOf(settings), useId: use.id } as const;
  return { who, cookies: await openSession(services, sender, who, proof, settings.life) };
}

/**
 * Runs password checks one at a time, so that password guessing does not take the memory and CPU time that
 * webhooks need.
 */
async function serialize<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= MAX_WAITING)
    throw tooMany('Too many users are signing in with emergency access at the same time.');
  waiting += 1;
  const mine = before.then(work);
  before = mine.catch(() => undefined);
  return mine.finally(() => {
    waiting -= 1;
  });
}

function tooMany(why: string): Problem {
  return new Problem(
    'too-many-failures',
    `${why} Wait one minute, then try again.`,
    {},
    { 'Retry-After': '60' },
  );
}

/**
 * Returns the key under which the rate limit counts an address. An IPv6 client controls a whole subnet, so its attempts
 * are counted per subnet (`ipKeyGenerator` of express-rate-limit).
 */
function clientOf(address: string): string {
  return address.includes(':') ? ipKeyGenerator(address) : address;
}
