/** Every kind of rejection of a webhook, with status and title. */
const REFUSALS = {
  'not-understood': [400, 'Not a Jamf Pro webhook'],
  'not-authenticated': [401, 'Not authenticated'],
  'no-such-server': [404, 'Unknown Jamf Pro server'],
  'method-not-allowed': [405, 'Method not allowed'],
  'too-large': [413, 'Too large'],
  'not-json-nor-xml': [415, 'Neither JSON nor XML'],
  'too-many-attempts': [429, 'Too many failed attempts'],
  'cannot-keep': [503, 'Temporarily unavailable'],
} as const satisfies Record<string, readonly [number, string]>;

/** Kind of rejection of a webhook. */
export type RefusalKind = keyof typeof REFUSALS;

/** A rejected webhook. `detail` is sent to the client: it contains the remedy and never quotes the request. */
export class WebhookRefusal extends Error {
  readonly kind: RefusalKind;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: RefusalKind, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'Refusal';
    this.kind = kind;
    this.status = REFUSALS[kind][0];
    this.headers = headers;
  }

  /** Returns the response body: RFC 9457 problem details. */
  toProblem(): string {
    return JSON.stringify({
      type: `urn:recert:problem:webhook-${this.kind}`,
      title: REFUSALS[this.kind][1],
      status: this.status,
      detail: this.message,
    });
  }
}
