/** A request buffer with a webhook in the format of Jamf Pro 11. All webhooks of a run differ, so that none is a duplicate. */
export interface Request {
  bytes: Buffer;
  /** Overwrites the Mac and the time with the next ones. The length does not change. */
  next(): void;
}

/** Format of a webhook body. */
export type Format = 'json' | 'xml';

/** Authentication header and its value, as configured in the receiver under test. */
export const KEY_HEADER = 'X-Api-Key';
export const KEY = 'bench-key-that-is-as-long-as-a-real-one';

/** Name of the Jamf Pro server in the webhook path. */
export const INSTANCE = 'bench';
/** Number of Macs. All IDs have the same number of digits, so that the length of a body is constant. */
const MACS = 5_000;
const FIRST_ID = 10_000;

/** Shared by all connections, so that no webhook is sent twice. Event times start three hours in the past. */
let sent = 0;
const startAt = Date.now() - 3 * 3_600_000;

/** The most expensive event for the receiver: it also creates a hint. */
const EVENT = 'ComputerInventoryCompleted';
const ID_MARK = '99999';
const AT_MARK = '9999999999999';

const computer: Record<string, string | number> = {
  udid: '5F0C7A5E-0000-4000-8000-0000000000C1',
  deviceName: 'Ada’s MacBook Pro',
  model: 'MacBook Pro (14-inch, M3, 2023)',
  macAddress: '02:00:00:00:00:C1',
  alternateMacAddress: '02:00:00:00:00:C2',
  serialNumber: 'FVFC1TEST001',
  osVersion: '15.10',
  osBuild: '24K100',
  userDirectoryID: '-1',
  username: 'ada.example@example.com',
  realName: 'Ada Example',
  emailAddress: 'ada.example@example.com',
  phone: '+44 20 7946 0000',
  position: 'Principal Engineer',
  department: 'Engineering, Platform and Reliability',
  building: 'Analytical Engine House',
  room: '3.14',
  ipAddress: '203.0.113.7',
  reportedIpV4Address: '192.0.2.7',
  reportedIpV6Address: '2001:db8:0:0:0:0:0:7',
  jssID: Number(ID_MARK),
  managementId: 'aaaaaaaa-0000-4000-8000-0000000000aa',
};
const envelope = { id: 4, name: `Recert ${EVENT}`, webhookEvent: EVENT, eventTimestamp: Number(AT_MARK) };

/** Body template with placeholders: about 1 kB of JSON, slightly more of XML. */
function bodyTemplate(format: Format): string {
  if (format === 'json') return JSON.stringify({ webhook: envelope, event: computer });
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><JSSEvent>${element('webhook', envelope)}${element('event', computer)}</JSSEvent>`;
}

function element(name: string, fields: Record<string, string | number>): string {
  const inner = Object.entries(fields).map(([field, value]) => `<${field}>${value}</${field}>`);
  return `<${name}>${inner.join('')}</${name}>`;
}

/** A request with the headers of an observed Jamf Pro delivery. Each connection needs its own, because `next` changes it in place. */
export function createRequest(format: Format): Request {
  const body = bodyTemplate(format);
  const head = [
    `POST /webhooks/jamf/${INSTANCE} HTTP/1.1`,
    `Content-Type: ${format === 'json' ? 'application/json' : 'text/xml'}`,
    `${KEY_HEADER}: ${KEY}`,
    'Accept: text/plain, application/xml, text/xml, application/json, application/cbor, application/*+xml, application/*+json, */*',
    'User-Agent: Java/21.0.11',
    'Host: 127.0.0.1',
    'Connection: keep-alive',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ].join('\r\n');
  const bytes = Buffer.from(`${head}\r\n\r\n${body}`);
  const idFrom = offsetOf(bytes, ID_MARK, format === 'json' ? '"jssID":' : '<jssID>');
  const atFrom = offsetOf(bytes, AT_MARK, format === 'json' ? '"eventTimestamp":' : '<eventTimestamp>');
  return {
    bytes,
    next() {
      sent += 1;
      bytes.write(String(FIRST_ID + (sent % MACS)), idFrom, 'latin1');
      bytes.write(String(startAt + sent), atFrom, 'latin1');
    },
  };
}

function offsetOf(bytes: Buffer, mark: string, before: string): number {
  const at = bytes.indexOf(before + mark);
  if (at < 0) throw new Error(`The body template has no ${before}${mark}`);
  return at + before.length;
}
