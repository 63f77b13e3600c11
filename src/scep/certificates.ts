import { createHash, X509Certificate } from 'node:crypto';
import type { CaFacts } from '../domain/audit/ca.js';

/**
 * One DER element: its tag, and the byte offsets of the element (`head`), of its content (`start` to `end`), and
 * of the `next` element.
 */
interface Element {
  tag: number;
  head: number;
  start: number;
  end: number;
  next: number;
}

const SEQUENCE = 0x30;
/** Tag `[0]`, constructed: the content of ContentInfo, and the certificates of SignedData. */
const CONTEXT_0 = 0xa0;

/**
 * Returns the certificates in a GetCACert response: one DER certificate, or a chain in a CMS SignedData without
 * signers; `null` when it is neither. Source: RFC 8894, 4.2.1; RFC 5652, 3 and 5.1. Only the path to the
 * certificates is parsed here; Node.js parses the certificates.
 */
export function certificatesIn(answer: Buffer): X509Certificate[] | null {
  // Node.js also accepts PEM, which a Mac does not.
  if (answer[0] !== SEQUENCE) return null;
  try {
    return [new X509Certificate(answer)];
  } catch {
    try {
      return chainIn(answer).map((der) => new X509Certificate(der));
    } catch {
      return null;
    }
  }
}

/**
 * Returns the CA certificates in a response and their earliest expiry, and the earliest expiry of the certificates of the registration
 * authority (RA), which signs and decrypts on behalf of the CA. A certificate belongs to the CA if it is marked as a CA
 * certificate or has issued another certificate of the chain. If there is none, the self-signed certificates belong to
 * the CA; if there are none either, a single certificate does.
 */
export function describeCas(
  chain: readonly X509Certificate[],
): Required<Pick<CaFacts, 'expiresAt' | 'raExpiresAt' | 'certificates'>> {
  const issuing = chain.filter(
    (one) => one.ca || chain.some((other) => other !== one && other.checkIssued(one)),
  );
  const selfSigned = chain.filter(({ issuer, subject }) => issuer === subject);
  const cas = [issuing, selfSigned, chain.length === 1 ? chain : []].find(({ length }) => length > 0) ?? [];
  return {
    expiresAt: earliest(cas),
    raExpiresAt: earliest(chain.filter((one) => !cas.includes(one))),
    certificates: cas.map((one) => ({
      subject: one.subject,
      fingerprint: one.fingerprint256,
      keyId: keyIdOf(one),
    })),
  };
}

/** The extension subjectKeyIdentifier with the usual length of 20 bytes: OID 2.5.29.14, not critical, OCTET STRING. */
const KEY_ID = Buffer.from('0603551d0e04160414', 'hex');

/**
 * Returns the key identifier of a certificate, upper-case hexadecimal. A certificate without the extension, or with
 * another length, gets the SHA-256 hash of its public key. Source: RFC 5280, 4.2.1.2.
 */
function keyIdOf({ raw, publicKey }: X509Certificate): string {
  const at = raw.indexOf(KEY_ID);
  const id =
    at < 0
      ? createHash('sha256')
          .update(publicKey.export({ type: 'spki', format: 'der' }))
          .digest()
      : raw.subarray(at + KEY_ID.length, at + KEY_ID.length + 20);
  return id.toString('hex').toUpperCase();
}

function earliest(certificates: readonly X509Certificate[]): number | null {
  const ends = certificates.map(({ validTo }) => Date.parse(validTo));
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Describes a response that is not a certificate, without its content, which may be private. */
export function describeResponse(body: Buffer, contentType: string): string {
  const [type = ''] = /^[\w.+-]{1,40}\/[\w.+-]{1,60}/.exec(contentType) ?? [];
  const start = body
    .toString('latin1', 0, 1_000)
    .replace(/^\xEF\xBB\xBF/, '')
    .trimStart();
  const kind =
    start === ''
      ? 'an empty response'
      : start.startsWith('-----BEGIN')
        ? 'a PEM text instead of DER'
        : /^<(?:!doctype )?html/i.test(start) || type === 'text/html'
          ? 'an HTML page'
          : body[0] === SEQUENCE
            ? 'DER without a readable certificate'
            : 'neither a certificate nor a certificate chain';
  return `${kind} (${type === '' ? 'no content type' : type}, ${body.length} bytes)`;
}

function chainIn(der: Buffer): Buffer[] {
  const info = only(elements(der, 0, der.length), SEQUENCE);
  const content = only(inside(der, info), CONTEXT_0);
  const signedData = only(inside(der, content), SEQUENCE);
  const chain = only(inside(der, signedData), CONTEXT_0);
  const certificates = inside(der, chain).map(({ head, next }) => der.subarray(head, next));
  if (certificates.length === 0) throw new Error('the certificate chain is empty');
  return certificates;
}

function only(list: readonly Element[], tag: number): Element {
  const found = list.find((one) => one.tag === tag);
  if (!found) throw new Error('the response is neither a certificate nor a certificate chain');
  return found;
}

function inside(der: Buffer, { start, end }: Element): Element[] {
  return elements(der, start, end);
}

function elements(der: Buffer, from: number, to: number): Element[] {
  const found: Element[] = [];
  for (let at = from; at < to;) {
    const element = elementAt(der, at);
    if (element.next > to) throw new Error('truncated DER element');
    found.push(element);
    at = element.next;
  }
  return found;
}

function elementAt(der: Buffer, head: number): Element {
  const tag = der.readUInt8(head);
  const first = der.readUInt8(head + 1);
  if (first === 0x80) return indefiniteAt(der, head, tag);
  // Below 128, this byte is the length. Otherwise it contains the number of length bytes that follow. Source:
  // X.690, 8.1.3.
  const long = first < 0x80 ? 0 : first & 0x7f;
  if (long > 4) throw new Error('invalid DER length');
  const start = head + 2 + long;
  const end = start + (long === 0 ? first : der.readUIntBE(head + 2, long));
  return { tag, head, start, end, next: end };
}

/**
 * Reads a BER element of indefinite length, as some Java libraries write CMS: two zero bytes end its content. Source:
 * X.690, 8.1.3.6.
 */
function indefiniteAt(der: Buffer, head: number, tag: number): Element {
  const start = head + 2;
  let end = start;
  while (der.readUInt16BE(end) !== 0) end = elementAt(der, end).next;
  return { tag, head, start, end, next: end + 2 };
}
