import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** Response of a receiver. `hang`: it accepts the request and never responds. */
export type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'hang';

/** A simulated receiver. Like the real one, it refuses a message that does not have its format. */
export interface SimulatedReceiver<Body> {
  url: string;
  /** Accepted messages, oldest first. */
  accepted: Body[];
  /** Number of requests. */
  requestCount(): number;
  /** Sets a fixed response for all further requests. `null`: check the messages again. */
  answer(next: Answer | null): void;
  close(): Promise<void>;
}

type Handler<Body> = (
  body: string,
  headers: IncomingHttpHeaders,
) => { accepted: Body | null; answer: Answer };

async function startSimulatedReceiver<Body>(
  path: string,
  handle: Handler<Body>,
): Promise<SimulatedReceiver<Body>> {
  const accepted: Body[] = [];
  let requestCount = 0;
  let fixedAnswer: Answer | null = null;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requestCount += 1;
      const handled = fixedAnswer
        ? { accepted: null, answer: fixedAnswer }
        : handle(Buffer.concat(chunks).toString(), request.headers);
      if (handled.answer === 'hang') return;
      if (handled.accepted !== null) accepted.push(handled.accepted);
      const { status, headers = {}, body = '' } = handled.answer;
      response.writeHead(request.url === path && request.method === 'POST' ? status : 404, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    accepted,
    requestCount: () => requestCount,
    answer: (next) => {
      fixedAnswer = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const text = (most: number) => z.string().min(1).max(most);
const plain = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.boolean().optional() });
const mrkdwn = z.strictObject({
  type: z.literal('mrkdwn'),
  // Slack interprets text in angle brackets as a command. Recert sends only dates in this form.
  text: text(3_000).refine((one) => !/<(?!!date\^\d+\^[^|<>]+\|[^<>]+>)/.test(one), 'unescaped <'),
  // Without it, Slack turns addresses into links and bare channel names into mentions.
  verbatim: z.literal(true),
});

/** The documented limits of Block Kit: 50 blocks, 150 characters in a header, 3,000 in a text, 75 on a button, 10 elements in a context. */
const slackBody = z.strictObject({
  text: text(40_000).refine((one) => !one.includes('<'), 'unescaped <'),
  mrkdwn: z.boolean().optional(),
  unfurl_links: z.boolean().optional(),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plain(150) }),
        z.strictObject({ type: z.literal('section'), text: z.union([plain(3_000), mrkdwn]) }),
        z.strictObject({ type: z.literal('context'), elements: z.array(mrkdwn).min(1).max(10) }),
        z.strictObject({
          type: z.literal('actions'),
          elements: z
            .array(
              z.strictObject({
                type: z.literal('button'),
                action_id: text(255),
                text: plain(75),
                url: z.url().max(3_000),
              }),
            )
            .min(1)
            .max(25),
        }),
      ]),
    )
    .min(1)
    .max(50),
});

export type SlackBody = z.output<typeof slackBody>;

/** A Slack incoming webhook: responds with `ok` as plain text, or with 400 `invalid_blocks`. */
export function startSlack(secret: string): Promise<SimulatedReceiver<SlackBody>> {
  return startSimulatedReceiver<SlackBody>(`/services/T0/B0/${secret}`, (body) => {
    const parsed = slackBody.safeParse(JSON.parse(body));
    return parsed.success
      ? { accepted: parsed.data, answer: { status: 200, body: 'ok' } }
      : { accepted: null, answer: { status: 400, body: 'invalid_blocks' } };
  });
}

const base = { routing_key: z.string().regex(/^[\da-zA-Z]{32}$/), dedup_key: text(255) };
const pagerdutyBody = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...base,
    event_action: z.literal('trigger'),
    client: z.string(),
    client_url: z.url().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string() })).optional(),
    payload: z.strictObject({
      summary: text(1_024),
      source: text(1_024),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime(),
      component: z.string(),
      class: z.string(),
      custom_details: z.record(z.string(), z.unknown()),
    }),
  }),
  z.strictObject({ ...base, event_action: z.enum(['resolve', 'acknowledge']) }),
]);

export type PagerdutyBody = z.output<typeof pagerdutyBody>;

/** The PagerDuty Events API v2: responds with 202 and the key, or with 400 and the errors. */
export function startPagerduty(): Promise<SimulatedReceiver<PagerdutyBody>> {
  return startSimulatedReceiver<PagerdutyBody>('/v2/enqueue', (body) => {
    const parsed = pagerdutyBody.safeParse(JSON.parse(body));
    if (parsed.success) {
      const said = { status: 'success', message: 'Event processed', dedup_key: parsed.data.dedup_key };
      return { accepted: parsed.data, answer: { status: 202, body: JSON.stringify(said) } };
    }
    const said = { status: 'invalid event', message: 'Event object is invalid', errors: parsed.error.issues };
    return { accepted: null, answer: { status: 400, body: JSON.stringify(said) } };
  });
}

const webhookBody = z.strictObject({
  id: z.string(),
  phase: z.enum(['opened', 'recovered']),
  incident: z.strictObject({
    key: z.string(),
    kind: z.string(),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    instance: z.string().nullable(),
    openedAt: z.int(),
    recoveredAt: z.int().nullable(),
  }),
  title: z.string(),
  text: z.string(),
  link: z.url().nullable(),
});

export type WebhookBody = z.output<typeof webhookBody>;

/** A receiver that checks the signature as docs/notifications.md describes, and refuses messages older than five minutes. */
export function startReceiver(
  secret: string,
  now: () => number = Date.now,
): Promise<SimulatedReceiver<WebhookBody>> {
  return startSimulatedReceiver<WebhookBody>('/incidents', (body, headers) => {
    const timestamp = String(headers['recert-timestamp']);
    const expected = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const fresh = Math.abs(now() / 1_000 - Number(timestamp)) < 300;
    if (!fresh || headers['recert-signature'] !== `v1=${expected}`)
      return { accepted: null, answer: { status: 401 } };
    const accepted = webhookBody.parse(JSON.parse(body));
    return headers['idempotency-key'] === accepted.id
      ? { accepted, answer: { status: 204 } }
      : { accepted: null, answer: { status: 400 } };
  });
}
