/** Every way in which a webhook is refused: status and title. */
const REFUSALS = {
  'not-understood': [400, 'Not a webhook of Jamf Pro'],
  'not-authenticated': [401, 'Not authenticated'],
  'no-such-server': [404, 'No such Jamf Pro server'],
  'method-not-allowed': [405, 'Webhooks are sent by POST'],
  'too-large': [413, 'Too large'],
  'not-json-nor-xml': [415, 'Neither JSON nor XML'],
  'too-many-attempts': [429, 'Too many failed attempts'],
  'cannot-keep': [503, 'Cannot be kept now'],
} as const satisfies Record<string, readonly [number, string]>;

/** Which one. */
export type RefusalKind = keyof typeof REFUSALS;

/** A webhook that is not admitted. `detail` goes to the sender: it says what to do, and never repeats what was sent. */
export class Refusal extends Error {
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

  /** The body of the answer: RFC 9457 problem details. */
  toProblem(): string {
    return JSON.stringify({
      type: `urn:recert:problem:webhook-${this.kind}`,
      title: REFUSALS[this.kind][1],
      status: this.status,
      detail: this.message,
    });
  }
}
