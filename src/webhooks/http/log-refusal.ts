import type { Telemetry } from '../../telemetry/bus.js';
import type { FailedAttempts } from './failed-attempts.js';
import type { Sender } from '../authenticate/sender.js';
import type { Authenticator } from '../authenticate/authenticate.js';
import { WebhookRefusal, type RefusalKind } from './refusal.js';

/** Kinds of rejections that happen before the request is authenticated. */
const UNPROVEN: ReadonlySet<RefusalKind> = new Set([
  'not-authenticated',
  'no-such-server',
  'method-not-allowed',
]);
/**
 * Further kinds of rejections that happen before the request is authenticated, if the method checks the body
 * (signature).
 */
const BEFORE_THE_BODY: ReadonlySet<RefusalKind> = new Set(['too-large', 'not-json-nor-xml']);

/** Logs and counts a rejected webhook, and returns the rejection to respond with. */
export type RefusalLog = (refusal: WebhookRefusal, instance: string, sender: Sender) => WebhookRefusal;

/**
 * Creates the handler of rejections. Sources with too many failed authentication attempts receive 429, and their
 * attempts are no longer logged individually.
 */
export function createRefusalLog({
  authenticators,
  attempts,
  telemetry,
}: {
  authenticators: ReadonlyMap<string, Authenticator>;
  attempts: FailedAttempts;
  telemetry: Telemetry;
}): RefusalLog {
  return (refusal, asked, sender) => {
    const authenticator = authenticators.get(asked);
    const instance = authenticator ? asked : 'unknown';
    const source = sender.ip ?? '';
    const provesByBody = authenticator !== undefined && authenticator.acceptsBody !== null;
    if (!UNPROVEN.has(refusal.kind) && !(provesByBody && BEFORE_THE_BODY.has(refusal.kind))) {
      telemetry.emit('webhook.refused', { instance, status: refusal.status, why: reasonOf(refusal), source });
      return refusal;
    }
    const { limitedMs, told, begins } = attempts.failed(source);
    const answered = limitedMs > 0 ? tooOften(limitedMs) : refusal;
    const { status } = answered;
    if (told) {
      const explanation = refusal.kind === 'not-authenticated' ? authenticator?.explain(sender) : undefined;
      telemetry.emit('webhook.refused', { instance, status, why: explanation ?? reasonOf(refusal), source });
    } else telemetry.emit('webhook.refused-again', { instance, status });
    if (begins) telemetry.emit('webhook.limited', { of: begins, source });
    return answered;
  };
}

function reasonOf({ cause, message }: WebhookRefusal): string {
  return cause instanceof Error ? cause.message : message;
}

/** Returns the rejection of a limited source. `Connection: close` ends the connection before the rest of the body is read. */
function tooOften(limitedMs: number): WebhookRefusal {
  return new WebhookRefusal(
    'too-many-attempts',
    'Too many webhooks from this address failed authentication. Authenticated webhooks are still admitted.',
    { 'Retry-After': String(Math.ceil(limitedMs / 1_000)), Connection: 'close' },
  );
}
