import type { IncomingMessage } from 'node:http';
import type { Admitted, Reception } from '../admission/admission.js';
import type { Authenticator } from '../authenticate/authenticate.js';
import type { Sender } from '../authenticate/sender.js';
import { readBody } from './body.js';
import { formatOf, parseBody } from '../recognise/parse.js';
import { recognise, type Recognised } from '../recognise/recognise.js';
import { keepable } from '../recognise/redact.js';
import { Refusal } from './refusal.js';

/** What receiving needs: who may send to which Jamf Pro server's address, how much, and where it goes. */
export interface ReceiveDeps {
  authenticators: ReadonlyMap<string, Authenticator>;
  bodyLimit: number;
  reception: Reception;
}

/** A webhook on its way in. The body has not been read. */
export type Delivery = Pick<IncomingMessage, 'method' | 'headers' | 'on'> & Sender;

/**
 * Takes one webhook: every check in the order in which it happens. What resolves is durable.
 *
 * @throws Refusal with the status and what to do
 * @throws Aborted when the sender went away
 */
export async function receive(
  { authenticators, bodyLimit, reception }: ReceiveDeps,
  instance: string,
  delivery: Delivery,
): Promise<{ recognised: Recognised; admitted: Admitted }> {
  const authenticator = authenticators.get(instance);
  if (!authenticator) throw noSuchServer();
  if (delivery.method !== 'POST') throw notByPost();
  if (!authenticator.accepts(delivery)) throw notAuthenticated(instance, authenticator);
  const format = formatOf(delivery.headers);
  const body = await readBody(delivery, bodyLimit);
  if (authenticator.acceptsBody?.(delivery.headers, body) === false)
    throw notAuthenticated(instance, authenticator);
  const text = format.decode(body);
  const parsed = parseBody(text, format);
  const recognised = recognise(parsed);
  const content = { body, keep: keepable(text, parsed) };
  const admitted = await reception.admit(instance, recognised, content).catch(cannotKeep);
  return { recognised, admitted };
}

function noSuchServer(): Refusal {
  return new Refusal(
    'no-such-server',
    'No Jamf Pro server of this name is configured. The last part of the address is the name under instances in the configuration of Recert.',
  );
}

function notByPost(): Refusal {
  return new Refusal('method-not-allowed', 'Webhooks of Jamf Pro come by POST.', { Allow: 'POST' });
}

function notAuthenticated(instance: string, { challenge }: Authenticator): Refusal {
  return new Refusal(
    'not-authenticated',
    `The webhook does not prove that it comes from Jamf Pro. In Jamf Pro, set its authentication to what instances.${instance}.webhooks.authentication says in the configuration of Recert.`,
    challenge,
  );
}

/** Whatever goes wrong in the store: the event is not durable, so the sender must know. */
function cannotKeep(cause: unknown): never {
  const refusal = new Refusal(
    'cannot-keep',
    'Recert cannot reach its Redis, so this event could not be kept. A sweep finds later what it would have told; /readyz says when webhooks are taken again.',
    { 'Retry-After': '5' },
  );
  refusal.cause = cause;
  throw refusal;
}
