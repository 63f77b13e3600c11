import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { secret } from '../values/secret.js';

const certificates = () =>
  z.string().refine(isCertificate, 'is not a certificate in PEM, which begins with -----BEGIN CERTIFICATE');

/** TLS of the receiver itself. Where a proxy ends TLS it is left out. */
export const tlsSchema = z
  .strictObject({
    cert: certificates().describe(
      'Certificate of the receiver and those that vouch for it, in PEM; certFile reads a file. Jamf accepts only one that is publicly trusted. A new one counts from the next start.',
    ),
    key: secret().describe('Its private key, in PEM; keyFile reads a file.'),
    clientCa: certificates()
      .optional()
      .describe(
        'Certificates, in PEM, of who vouches for client certificates; clientCaFile reads a file. With it clients are asked for one; who has none still reaches the console and /healthz, and webhooks of instances that ask for other proof.',
      ),
  })
  .refine(({ cert, key }) => belongs(cert, key.reveal()), {
    path: ['key'],
    message: 'is not the private key of cert',
  })
  .describe('TLS of the receiver itself, when no proxy ends it.');

/** TLS of the receiver as configured. */
export type TlsSettings = z.output<typeof tlsSchema>;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** `true` for what is no certificate: that is told already. */
function belongs(cert: string, key: string): boolean {
  if (!isCertificate(cert)) return true;
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
