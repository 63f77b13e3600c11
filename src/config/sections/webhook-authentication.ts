import { z } from 'zod';
import { secret } from '../values/secret.js';

const oneOrTwo = z.union([secret().transform((value) => [value]), z.array(secret()).min(1).max(2)]);

/**
 * Jamf Pro requires at least this many characters for the secret of HASH_SIGNATURE. Source: the Terraform provider
 * of Jamf.
 */
const MIN_KEY_LENGTH = 16;

/** Syntax: RFC 9110, section 5.1. */
const headerName = () => z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not a header name');

/**
 * Accepts a fingerprint as `openssl x509 -fingerprint -sha256` prints it, or without colons. The parsed value is
 * lower case without colons.
 */
const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(
    z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 fingerprint of a certificate, 64 hex digits'),
  );

const signatureSchema = z.strictObject({
  type: z
    .literal('signature')
    .describe(
      'HMAC signature of the body (HASH_SIGNATURE in Jamf Pro), which `recert webhooks apply` configures.',
    ),
  secret: oneOrTwo
    .refine(
      (secrets) => secrets.every((value) => value.reveal().length >= MIN_KEY_LENGTH),
      `must have at least ${MIN_KEY_LENGTH} characters, which Jamf Pro requires`,
    )
    .describe(
      'Keys of the HMAC, at least 16 characters each. During a rotation, list the old and the new key.',
    ),
  header: headerName().describe(
    'Name of the header that contains the signature. Jamf does not document the name. To find it, check the log entry of a rejected webhook, which lists the request headers.',
  ),
  algorithm: z.enum(['sha256', 'sha512']).default('sha256').describe('Hash algorithm of the HMAC.'),
  encoding: z.enum(['hex', 'base64']).default('hex').describe('Encoding of the signature in the header.'),
  prefix: z.string().default('').describe('Text that precedes the signature in the header, such as sha256=.'),
});

const mtlsSchema = z
  .strictObject({
    type: z.literal('mtls').describe('Client certificate (MTLS in Jamf Pro).'),
    proxyHeader: headerName()
      .optional()
      .describe(
        'Header in which a proxy from http.trustProxy forwards the client certificate that the proxy has verified. Without this setting, the receiver itself verifies the client certificate of the connection; this requires http.tls.clientCa.',
      ),
    commonNames: z
      .array(z.string().min(1))
      .default([])
      .describe('Common names of the accepted client certificates.'),
    fingerprints: z
      .array(fingerprint)
      .default([])
      .describe(
        'SHA-256 fingerprints of client certificates that are accepted regardless of their common name.',
      ),
  })
  .refine(
    ({ commonNames, fingerprints }) => commonNames.length + fingerprints.length > 0,
    'set commonNames or fingerprints of the accepted client certificates',
  );

/** Schema of the authentication of webhooks from Jamf Pro. `type` must match the setting of the webhooks in Jamf Pro. */
export const webhookAuthenticationSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('basic').describe('User name and password (basic authentication).'),
      username: z.string().min(1).describe('User name that Jamf Pro sends with each webhook.'),
      password: oneOrTwo.describe(
        'Passwords that are accepted. During a rotation, list the old and the new password.',
      ),
    }),
    z.strictObject({
      type: z.literal('header').describe('Secret values in request headers.'),
      headers: z
        .record(z.string().min(1), oneOrTwo)
        .refine((headers) => Object.keys(headers).length > 0, 'add at least one header')
        .describe(
          'Header names, each with its accepted values. During a rotation, list the old and the new value. A webhook must have all headers.',
        ),
    }),
    signatureSchema,
    mtlsSchema,
    z.strictObject({
      type: z.literal('none').describe('No authentication. Never use it in production.'),
      acceptUnauthenticated: z
        .literal(true)
        .describe('Explicit confirmation that anyone who can reach the port can send webhooks.'),
    }),
  ])
  .describe('How webhooks from Jamf Pro are authenticated.');

export type WebhookAuthentication = z.output<typeof webhookAuthenticationSchema>;
/** The parsed settings of the authentication type `signature` (HASH_SIGNATURE in Jamf Pro). */
export type SignatureSettings = z.output<typeof signatureSchema>;
/** The parsed settings of the authentication type `mtls` (client certificates). */
export type CertificateSettings = z.output<typeof mtlsSchema>;
