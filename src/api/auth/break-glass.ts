import { ipKeyGenerator } from 'express-rate-limit';
import { isPassword } from '../../config/values/password-hash.js';
import type { Reply } from '../server/route.js';
import type { Principal } from '../../contract/roles.js';
import type { Sender } from '../http/sender.js';
import type { ApiServices } from '../server/services.js';
import { Problem } from '../../contract/problem.js';
import { openSession, refuseSignIn } from './open-session.js';
import { fingerprintOf } from './role-mapping.js';

/** Tries from one address within a minute, at all receivers together. */
const MOST_TRIES = 5;
/** Tries that are worked on or wait in this process: each costs 32 MiB and some tenths of a second of a core. */
const MOST_WAITING = 4;

let waiting = 0;
let before: Promise<unknown> = Promise.resolve();

/**
 * Lets somebody in with the password of the emergency login, and makes it loud: audit trail, log, metric, incident.
 *
 * @throws Problem when there is none, the password is wrong, or there were too many tries.
 */
export async function breakGlass(
  services: ApiServices,
  sender: Sender,
  { name: said, password }: { name: string; password: string },
): Promise<{ who: Principal; cookies: NonNullable<Reply<unknown>['cookies']> }> {
  const { config, breakGlass: store, telemetry, now } = services;
  const settings = config.signIn.breakGlass;
  if (!settings)
    throw new Problem(
      'not-found',
      'No emergency login is configured: signIn.breakGlass, docs/sign-in.md. An API token of the configuration lets you in, too.',
    );
  const { address } = sender;
  if ((await store.tried(placeOf(address))) > MOST_TRIES)
    throw tooMany(`More than ${MOST_TRIES} tries in a minute came from this address.`);
  const name = `${said} (break-glass)`;
  if (!(await inTurn(() => isPassword(password, settings.hash.reveal())))) {
    const why = 'the password of the emergency login was wrong';
    await refuseSignIn(services, sender, { name: 'nobody', via: 'break-glass' }, why);
    throw new Problem('not-authenticated', `That is not the password of the emergency login.`);
  }
  const who: Principal = { name, role: settings.role, instances: null, via: 'break-glass' };
  const at = now();
  const use = await store.note({ name: said, address, at, endsAt: at + settings.life });
  telemetry.emit('sign-in.glass-broken', { who: said, address });
  const proof = { kind: 'break-glass', name, fingerprint: fingerprintOf(settings), useId: use.id } as const;
  return { who, cookies: await openSession(services, sender, who, proof, settings.life) };
}

/** One after the other, so that guessing does not take the memory and the core that webhooks need. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= MOST_WAITING) throw tooMany('Several people are trying at this moment.');
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
    `${why} Wait a minute, then try again.`,
    {},
    { 'Retry-After': '60' },
  );
}

/** One household has a network of IPv6: see express-rate-limit. */
function placeOf(address: string): string {
  return address.includes(':') ? ipKeyGenerator(address) : address;
}
