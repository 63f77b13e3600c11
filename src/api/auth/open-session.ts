import type { AuditIntent } from '../../store/audit/audit.js';
import type { Session } from '../../store/access/sessions.js';
import type { Reply } from '../server/route.js';
import type { Principal } from '../../contract/roles.js';
import type { RequestSender } from '../http/sender.js';
import type { ApiServices } from '../server/services.js';

/** Returns the audit log entry of a sign-in or sign-out. */
export function signInIntent(
  who: Pick<Principal, 'name'> & { role: string; via: string },
  action: 'sign-in' | 'sign-out' = 'sign-in',
): AuditIntent {
  const { name, role, via } = who;
  return { who: name, role, via, action, instance: null, reason: '', computers: 0, subjects: [] };
}

/**
 * Opens a session and records the sign-in in the audit log. The previous session of the browser ends: every
 * sign-in gets a new session ID, which prevents session fixation. `lifeMs` is the maximum duration of the session
 * in milliseconds. Returns how the session cookie changes.
 */
export async function openSession(
  { sessions, audit, telemetry, now, config }: ApiServices,
  { sessionId, address }: RequestSender,
  who: Principal,
  proof: Session['proof'],
  lifeMs: number = config.signIn.life,
): Promise<NonNullable<Reply<unknown>['cookies']>> {
  if (sessionId !== null) await sessions.close(sessionId);
  const entry = await audit.begin(signInIntent(who));
  const startedAt = now();
  const id = await sessions.open(who.name, { proof, startedAt, endsAt: startedAt + lifeMs });
  await audit.settle(entry, { outcome: 'done', result: `Signed in with a browser from ${address}.` });
  telemetry.emit('sign-in.opened', { who: who.name, role: who.role, via: who.via, address });
  return { session: { open: id, lifeMs } };
}

/** Records a refused sign-in in the log and in the audit log. */
export async function refuseSignIn(
  { audit, telemetry }: Pick<ApiServices, 'audit' | 'telemetry'>,
  { address }: RequestSender,
  { name, via }: { name: string; via: Principal['via'] },
  why: string,
): Promise<void> {
  telemetry.emit('sign-in.refused', { via, address, why });
  const entry = await audit.begin(signInIntent({ name, role: 'none', via }));
  await audit.settle(entry, { outcome: 'refused', result: `From ${address}: ${why}` });
}
