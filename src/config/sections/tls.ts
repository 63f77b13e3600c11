import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { secret } from '../values/secret.js';

/** Schema of a field that contains one or more certificates in PEM. */
export const certificates = () =>
  z.string().refine(isCertificate, 'is not a PEM certificate, which begins with -----BEGIN CERTIFICATE');

/** Schema of the TLS settings of the receiver (HTTP server). They are omitted when a proxy terminates TLS. */
export const tlsSchema = z
  .strictObject({
    cert: certificates().describe(
      'Certificate of the receiver and its intermediate certificates, in PEM; certFile reads them from a file. Jamf Pro accepts only a publicly trusted certificate. To use a new certificate, restart the receiver.',
    ),
    key: secret().describe('Private key of the receiver certificate, in PEM; keyFile reads it from a file.'),
    clientCa: certificates()
      .optional()
      .describe(
        'CA certificates, in PEM, that issue client certificates; clientCaFile reads them from a file. When set, the receiver requests a client certificate. Clients without a certificate still reach the console, /healthz, and the webhooks of instances with a different authentication type.',
      ),
  })
  .refine(({ cert, key }) => keyMatches(cert, key.reveal()), {
    path: ['key'],
    message: 'is not the private key of cert',
  })
  .describe('TLS of the receiver. Omit it when a proxy terminates TLS.');

export type TlsSettings = z.output<typeof tlsSchema>;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/**
 * Whether a private key belongs to a certificate. Returns `true` for an invalid certificate, because another check
 * already reports it.
 */
export function keyMatches(cert: string, key: string): boolean {
  if (!isCertificate(cert)) return true;
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
