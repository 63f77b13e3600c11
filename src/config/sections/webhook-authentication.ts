import { z } from 'zod';
import { secret } from '../values/secret.js';

const oneOrTwo = z.union([secret().transform((value) => [value]), z.array(secret()).min(1).max(2)]);

/** Minimum length of a secret that Jamf Pro accepts for HASH_SIGNATURE, in characters. Source: the Terraform provider of Jamf. */
const MIN_KEY_LENGTH = 16;

/** A header name (RFC 9110, section 5.1). */
const headerName = () => z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not a header name');

/** A certificate fingerprint as `openssl x509 -fingerprint -sha256` prints it, or without colons. Parsed to lower case without colons. */
const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(
    z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 fingerprint of a certificate, 64 hex digits'),
  );

const signatureSchema = z.strictObject({
  type: z
    .literal('signature')
    .describe('HMAC signature of the body (HASH_SIGNATURE in Jamf Pro), set up by `recert webhooks apply`.'),
  secret: oneOrTwo
    .refine(
      (secrets) => secrets.every((value) => value.reveal().length >= MIN_KEY_LENGTH),
      `must have at least ${MIN_KEY_LENGTH} characters, the minimum of Jamf Pro`,
    )
    .describe('HMAC key, at least 16 characters. Two keys during a rotation.'),
  header: headerName().describe(
    'Header with the signature. Jamf does not document its name. The log entry of a rejected webhook lists the headers of the request.',
  ),
  algorithm: z.enum(['sha256', 'sha512']).default('sha256').describe('Hash algorithm of the HMAC.'),
  encoding: z.enum(['hex', 'base64']).default('hex').describe('Encoding of the signature.'),
  prefix: z.string().default('').describe('Text before the signature in the header, such as sha256=.'),
});

const mtlsSchema = z
  .strictObject({
    type: z.literal('mtls').describe('Client certificate (MTLS in Jamf Pro).'),
    proxyHeader: headerName()
      .optional()
      .describe(
        'Header in which a proxy of http.trustProxy forwards the client certificate that it has verified. Without it, the receiver verifies the certificate of the connection; set http.tls.clientCa.',
      ),
    commonNames: z
      .array(z.string().min(1))
      .default([])
      .describe('Common names of the accepted certificates.'),
    fingerprints: z
      .array(fingerprint)
      .default([])
      .describe('SHA-256 fingerprints of certificates that are accepted regardless of their name.'),
  })
  .refine(
    ({ commonNames, fingerprints }) => commonNames.length + fingerprints.length > 0,
    'set commonNames or fingerprints of the accepted certificates',
  );

/** Authentication of the webhooks from Jamf Pro. */
export const webhookAuthenticationSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('basic').describe('User name and password.'),
      username: z.string().min(1).describe('User name that Jamf Pro sends.'),
      password: oneOrTwo.describe('Password. Two passwords during a rotation.'),
    }),
    z.strictObject({
      type: z.literal('header').describe('Secrets in request headers.'),
      headers: z
        .record(z.string().min(1), oneOrTwo)
        .refine((headers) => Object.keys(headers).length > 0, 'add at least one header')
        .describe('Header names and their values (two values during a rotation). All headers must match.'),
    }),
    signatureSchema,
    mtlsSchema,
    z.strictObject({
      type: z.literal('none').describe('No authentication. Never use it in production.'),
      acceptUnauthenticated: z
        .literal(true)
        .describe('Explicit confirmation that anyone who can reach the port can send events.'),
    }),
  ])
  .describe('Authentication of webhooks.');

/** Parsed webhook authentication. */
export type WebhookAuthentication = z.output<typeof webhookAuthenticationSchema>;
/** Parsed settings of the authentication type `signature`. */
export type SignatureSettings = z.output<typeof signatureSchema>;
/** Parsed settings of the authentication type `mtls`. */
export type CertificateSettings = z.output<typeof mtlsSchema>;
