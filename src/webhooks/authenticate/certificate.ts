import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { CertificateSettings } from '../../config/sections/webhook-authentication.js';
import type { Proof, Sender } from './sender.js';

/** Larger ones no authority issues; a header of a proxy may say anything. */
const MOST_CHARACTERS = 16_384;

/**
 * Mutual TLS. The certificate is that of the connection, which Node has verified against `http.tls.clientCa`; or, with `proxyHeader`,
 * that which a trusted proxy passes on, which the proxy has verified. Either is judged by name or fingerprint, and by its dates at each
 * request: a connection may outlive its certificate. A verdict is kept for as long as it is asked for by the same connection or the same
 * header: reading a certificate costs more than the rest of the way in.
 */
export function certificateProof(
  settings: CertificateSettings,
  { isProxy, now }: { isProxy: (address: string) => boolean; now: () => number },
): Proof {
  const { proxyHeader } = settings;
  const goodUntil = (certificate: X509Certificate) =>
    isNamed(certificate, settings) && Date.parse(certificate.validFrom) <= now()
      ? Date.parse(certificate.validTo)
      : 0;
  return proxyHeader === undefined
    ? ofConnection(goodUntil, now)
    : ofProxy(proxyHeader.toLowerCase(), { goodUntil, isProxy, now });
}

/** Epoch milliseconds until which a certificate is let in, 0 for never. */
type GoodUntil = (certificate: X509Certificate) => number;

function ofConnection(goodUntil: GoodUntil, now: () => number): Proof {
  const known = new WeakMap<object, number>();
  const judge = (socket: Sender['socket']): number => {
    if (!(socket instanceof TLSSocket) || !socket.authorized) return 0;
    const certificate = socket.getPeerX509Certificate();
    return certificate ? goodUntil(certificate) : 0;
  };
  return {
    accepts: ({ socket }) => {
      let until = known.get(socket);
      if (until === undefined) known.set(socket, (until = judge(socket)));
      return now() < until;
    },
    acceptsBody: null,
    explain: ({ socket }) => {
      if (!(socket instanceof TLSSocket)) return 'it did not come by TLS of the receiver itself';
      const certificate = socket.getPeerX509Certificate();
      if (!certificate) return 'its connection has no client certificate';
      return socket.authorized
        ? describe(certificate)
        : `nobody in http.tls.clientCa vouches for its client certificate (${String(socket.authorizationError)})`;
    },
  };
}

function ofProxy(
  header: string,
  {
    goodUntil,
    isProxy,
    now,
  }: { goodUntil: GoodUntil; isProxy: (address: string) => boolean; now: () => number },
): Proof {
  // Jamf has one certificate, so one header is worth remembering. Only one that was let in: a stranger cannot push it out.
  let last = { value: '', until: 0 };
  const fromProxy = ({ socket }: Sender) => isProxy(socket.remoteAddress ?? '');
  return {
    accepts: (sender) => {
      const value = sender.headers[header];
      if (typeof value !== 'string' || !fromProxy(sender)) return false;
      if (value === last.value) return now() < last.until;
      const certificate = readCertificate(value);
      const until = certificate ? goodUntil(certificate) : 0;
      if (now() >= until) return false;
      last = { value, until };
      return true;
    },
    acceptsBody: null,
    explain: (sender) => {
      const value = sender.headers[header];
      if (!fromProxy(sender)) return `it did not come from a proxy of http.trustProxy`;
      if (value === undefined) return `the proxy passed on no client certificate in ${header}`;
      const certificate = readCertificate(String(value));
      return certificate ? describe(certificate) : `what stands in ${header} is not one certificate`;
    },
  };
}

/** Strict: a subject with several common names has none. */
function isNamed(certificate: X509Certificate, { commonNames, fingerprints }: CertificateSettings): boolean {
  if (fingerprints.includes(fingerprintOf(certificate))) return true;
  const name: unknown = certificate.toLegacyObject().subject.CN;
  return typeof name === 'string' && commonNames.includes(name);
}

const fingerprintOf = ({ fingerprint256 }: X509Certificate) =>
  fingerprint256.replaceAll(':', '').toLowerCase();

/** A certificate is public: what it says may be logged. */
function describe(certificate: X509Certificate): string {
  const subject = certificate.subject.replaceAll('\n', ', ').slice(0, 200);
  return `the client certificate is not one that is let in, or not at this time: ${subject}, SHA-256 ${fingerprintOf(certificate)}, good until ${certificate.validTo}`;
}

/**
 * Reads a certificate as proxies write it in a header: PEM with or without percent signs (nginx `$ssl_client_escaped_cert`, AWS), base64
 * alone (HAProxy `ssl_c_der,base64`, Traefik), or that between colons (RFC 9440). Of several the first is the sender's. A comma means that
 * the header came twice, once perhaps from the sender: then there is none.
 */
function readCertificate(value: string): X509Certificate | null {
  if (value.length > MOST_CHARACTERS || value.includes(',')) return null;
  try {
    const text = value.includes('%') ? decodeURIComponent(value) : value;
    const [, first = text] = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(text) ?? [];
    return new X509Certificate(Buffer.from(first.replace(/[\s:]/g, ''), 'base64'));
  } catch {
    return null;
  }
}
