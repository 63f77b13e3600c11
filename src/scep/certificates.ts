import { X509Certificate } from 'node:crypto';

/** One DER element: its tag, and the byte offsets of the element (`head`), of its content (`start`), and of the end of both. */
interface Element {
  tag: number;
  head: number;
  start: number;
  end: number;
}

const SEQUENCE = 0x30;
/** Tag `[0]`, constructed: the content of ContentInfo, and the certificates of SignedData. */
const CONTEXT_0 = 0xa0;

/**
 * The certificates in a GetCACert response: one DER certificate, or a chain in a CMS SignedData without signers.
 * Source: RFC 8894, 4.2.1; RFC 5652, 3 and 5.1. Only the path to the certificates is parsed here; Node.js parses the certificates.
 *
 * @throws Error when the response is neither.
 */
export function certificatesIn(answer: Buffer): X509Certificate[] {
  try {
    return [new X509Certificate(answer)];
  } catch {
    return chainIn(answer).map((der) => new X509Certificate(der));
  }
}

function chainIn(der: Buffer): Buffer[] {
  const info = only(elements(der, 0, der.length), SEQUENCE);
  const content = only(inside(der, info), CONTEXT_0);
  const signedData = only(inside(der, content), SEQUENCE);
  const chain = only(inside(der, signedData), CONTEXT_0);
  const certificates = inside(der, chain).map(({ head, end }) => der.subarray(head, end));
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
    const tag = der.readUInt8(at);
    const first = der.readUInt8(at + 1);
    // Below 128 this byte is the length. Otherwise it is the number of length bytes that follow. Source: X.690, 8.1.3.
    const long = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || long > 4) throw new Error('invalid DER length');
    const start = at + 2 + long;
    const end = start + (long === 0 ? first : der.readUIntBE(at + 2, long));
    if (end > to) throw new Error('truncated DER element');
    found.push({ tag, head: at, start, end });
    at = end;
  }
  return found;
}
