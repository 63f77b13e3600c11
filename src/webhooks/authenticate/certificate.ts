import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { CertificateSettings } from '../../config/sections/webhook-authentication.js';
import type { Proof, Sender } from './sender.js';

/** Maximum length of a header with a certificate, in characters. Real certificates are smaller. */
const MAX_CHARACTERS = 16_384;

/**
 * Authentication with a client certificate (mutual TLS). Checks the certificate of the connection, which Node.js
 * verified against `http.tls.clientCa`; or, with `proxyHeader`, the certificate that a trusted proxy verified and
 * forwards. The common name or the fingerprint of the certificate must match the configuration. The validity is checked
 * for each request, because a connection can outlast its certificate. The result is cached per connection or header
 * value, because parsing a certificate takes longer than everything else that is done for a webhook.
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

/** Returns the time until which a certificate is accepted, epoch milliseconds; 0 if it is not accepted. */
type GoodUntil = (certificate: X509Certificate) => number;

function ofConnection(goodUntil: GoodUntil, now: () => number): Proof {
  const known = new WeakMap<object, number>();
  const acceptedUntil = (socket: Sender['socket']): number => {
    if (!(socket instanceof TLSSocket) || !socket.authorized) return 0;
    const certificate = socket.getPeerX509Certificate();
    return certificate ? goodUntil(certificate) : 0;
  };
  return {
    accepts: ({ socket }) => {
      let until = known.get(socket);
      if (until === undefined) known.set(socket, (until = acceptedUntil(socket)));
      return now() < until;
    },
    acceptsBody: null,
    explain: ({ socket }) => {
      if (!(socket instanceof TLSSocket)) return 'the request did not use TLS of the receiver';
      const certificate = socket.getPeerX509Certificate();
      if (!certificate) return 'the connection has no client certificate';
      return socket.authorized
        ? describe(certificate)
        : `the client certificate was not issued by a CA in http.tls.clientCa (${String(socket.authorizationError)})`;
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
  // A cache of one entry, because Jamf Pro has one certificate. Only accepted certificates are cached, so failed
  // attempts cannot replace the entry.
  let cached = { value: '', until: 0 };
  const fromProxy = ({ socket }: Sender) => isProxy(socket.remoteAddress ?? '');
  return {
    accepts: (sender) => {
      const value = sender.headers[header];
      if (typeof value !== 'string' || !fromProxy(sender)) return false;
      if (value === cached.value) return now() < cached.until;
      const certificate = readCertificate(value);
      const until = certificate ? goodUntil(certificate) : 0;
      if (now() >= until) return false;
      cached = { value, until };
      return true;
    },
    acceptsBody: null,
    explain: (sender) => {
      const value = sender.headers[header];
      if (!fromProxy(sender)) return `the request did not come from a proxy in http.trustProxy`;
      if (value === undefined) return `the proxy forwarded no client certificate in ${header}`;
      const certificate = readCertificate(String(value));
      return certificate ? describe(certificate) : `${header} does not contain exactly one certificate`;
    },
  };
}

/**
 * Whether the fingerprint or the common name of a certificate is accepted. A subject with several common names
 * never matches.
 */
function isNamed(certificate: X509Certificate, { commonNames, fingerprints }: CertificateSettings): boolean {
  if (fingerprints.includes(fingerprintOf(certificate))) return true;
  const name: unknown = certificate.toLegacyObject().subject.CN;
  return typeof name === 'string' && commonNames.includes(name);
}

const fingerprintOf = ({ fingerprint256 }: X509Certificate) =>
  fingerprint256.replaceAll(':', '').toLowerCase();

/** Describes a rejected certificate for the log. Certificates are public, so their content may be logged. */
function describe(certificate: X509Certificate): string {
  const subject = certificate.subject.replaceAll('\n', ', ').slice(0, 200);
  return `the client certificate is not accepted or not valid now: ${subject}, SHA-256 ${fingerprintOf(certificate)}, valid until ${certificate.validTo}`;
}

/**
 * Parses the certificate in a header of a proxy: PEM, optionally percent-encoded (nginx `$ssl_client_escaped_cert`,
 * AWS), base64 DER (HAProxy `ssl_c_der,base64`, Traefik), or base64 DER between colons (RFC 9440). Uses the first
 * certificate of a PEM chain. Returns `null` for a value with a comma: the request contains the header twice, and the
 * client may have added one of the two.
 */
function readCertificate(value: string): X509Certificate | null {
  if (value.length > MAX_CHARACTERS || value.includes(',')) return null;
  try {
    const text = value.includes('%') ? decodeURIComponent(value) : value;
    const [, first = text] = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(text) ?? [];
    return new X509Certificate(Buffer.from(first.replace(/[\s:]/g, ''), 'base64'));
  } catch {
    return null;
  }
}
