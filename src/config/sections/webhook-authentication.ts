import { z } from 'zod';
import { secret } from '../values/secret.js';

const oneOrTwo = z.union([secret().transform((one) => [one]), z.array(secret()).min(1).max(2)]);

/** Shortest secret that Jamf Pro takes for HASH_SIGNATURE. Source: Jamf's Terraform provider (jamf-facts, delivery). */
const SHORTEST_KEY = 16;

/** A header name as RFC 9110 has it. */
const headerName = () => z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not a header name');

/** SHA-256 over a certificate as `openssl x509 -fingerprint -sha256` prints it, or without colons; lower case without colons from here on. */
const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a certificate, 64 hex digits'));

const signatureSchema = z.strictObject({
  type: z
    .literal('signature')
    .describe('An HMAC over the body: HASH_SIGNATURE in Jamf Pro, set up by recert webhooks apply.'),
  secret: oneOrTwo
    .refine(
      (secrets) => secrets.every((one) => one.reveal().length >= SHORTEST_KEY),
      `Jamf Pro takes none shorter than ${SHORTEST_KEY} characters`,
    )
    .describe('Key of the HMAC, at least 16 characters; or two while it is being changed.'),
  header: headerName().describe(
    'The header that carries the signature. Jamf does not document its name: a refused webhook is logged with the names of those it had.',
  ),
  algorithm: z.enum(['sha256', 'sha512']).default('sha256').describe('Hash of the HMAC.'),
  encoding: z.enum(['hex', 'base64']).default('hex').describe('How the signature is written.'),
  prefix: z.string().default('').describe('What stands before it in the header, such as sha256=.'),
});

const mtlsSchema = z
  .strictObject({
    type: z.literal('mtls').describe('A client certificate: MTLS in Jamf Pro.'),
    proxyHeader: headerName()
      .optional()
      .describe(
        'The header in which a proxy of http.trustProxy passes on the client certificate that it has verified. Without it the certificate is that of the connection: set http.tls.clientCa.',
      ),
    commonNames: z
      .array(z.string().min(1))
      .default([])
      .describe('Common names of the certificates that are let in.'),
    fingerprints: z
      .array(fingerprint)
      .default([])
      .describe('SHA-256 fingerprints of certificates that are let in, whatever their name.'),
  })
  .refine(
    ({ commonNames, fingerprints }) => commonNames.length + fingerprints.length > 0,
    'name the certificates that are let in: commonNames or fingerprints',
  );

/** How Jamf Pro proves who it is when it sends a webhook. */
export const webhookAuthenticationSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('basic').describe('User name and password.'),
      username: z.string().min(1).describe('The user name that Jamf sends.'),
      password: oneOrTwo.describe('One password, or two while it is being changed.'),
    }),
    z.strictObject({
      type: z.literal('header').describe('Secrets in named headers.'),
      headers: z
        .record(z.string().min(1), oneOrTwo)
        .refine((headers) => Object.keys(headers).length > 0, 'name at least one header')
        .describe(
          'Header names and their values (one, or two while it is being changed). All must be right.',
        ),
    }),
    signatureSchema,
    mtlsSchema,
    z.strictObject({
      type: z.literal('none').describe('Nothing is proven. Never in production.'),
      acceptUnauthenticated: z
        .literal(true)
        .describe('Must be said in so many words: anybody who reaches the port can send events.'),
    }),
  ])
  .describe('How Jamf Pro proves who it is.');

/** How Jamf Pro proves who it is, as configured. */
export type WebhookAuthentication = z.output<typeof webhookAuthenticationSchema>;
/** An HMAC over the body. */
export type SignatureSettings = z.output<typeof signatureSchema>;
/** Which client certificates are let in, and where they are found. */
export type CertificateSettings = z.output<typeof mtlsSchema>;
