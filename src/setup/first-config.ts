import { stringify } from 'yaml';
import type { SubjectProposal } from '../domain/audit/propose-subject.js';
import type { Profile } from '../domain/profile.js';
import type { Twin } from './survey.js';

/** The values from which the first configuration is written. File names are relative to the configuration file. */
export interface FirstConfig {
  instance: string;
  url: string;
  clientId: string;
  clientSecretFile: string;
  webhookKeyFile: string;
  redisUrl: string;
  publicUrl: string | null;
  /** Absolute path of the spool folder. */
  spool: string;
  /** SHA-256 of the first API token, with the role admin. */
  tokenHash: string;
  profileName: string;
  profile: Profile;
  window: string;
  subject: SubjectProposal;
  twin: Twin | null;
}

/** Name of the header in which Jamf Pro sends the webhook key. */
const KEY_HEADER = 'X-Recert-Key';

const text = (value: string): string => stringify(value, { lineWidth: 0 }).trimEnd();

/** Returns the first configuration as YAML with comments, in observe mode and with one profile. */
export function firstConfig(facts: FirstConfig): string {
  const { instance, url, clientId, clientSecretFile, webhookKeyFile, redisUrl, publicUrl, spool } = facts;
  const { profileName, profile, window } = facts;
  return [
    '# Written by `recert init`. All settings: docs/configuration.md. `recert config check` checks this file.',
    'redis:',
    `  url: ${text(redisUrl)}`,
    'http:',
    ...addressLines(publicUrl),
    ...spoolLines(spool),
    '# Hash of the token in the file admin-token. `recert tokens create` creates more tokens.',
    'tokens:',
    `  - { name: admin, role: admin, sha256: ${facts.tokenHash} }`,
    'instances:',
    `  ${instance}:`,
    `    url: ${text(url)}`,
    '    auth:',
    `      clientId: ${text(clientId)}`,
    `      clientSecretFile: ${text(clientSecretFile)}`,
    '    webhooks:',
    '      authentication:',
    '        type: header',
    '        headers:',
    `          ${KEY_HEADER}File: ${text(webhookKeyFile)}`,
    '    profiles:',
    `      ${profileName}:`,
    `        # ${profile.name.replaceAll(/\s+/g, ' ')}`,
    `        profile: ${profile.id}`,
    '        # observe: nothing is written to Jamf Pro. Change it to act when the plan looks right.',
    '        mode: observe',
    ...subjectLines(facts.subject),
    '        # A certificate is due when it expires within this time. Set it to the number of days of Redistribute Profile in the SCEP payload.',
    `        window: ${window}`,
    ...twinLines(facts.twin),
    '',
  ].join('\n');
}

/**
 * Returns the settings for the address. For an `http:` address, the receiver is assumed to have no reverse proxy in
 * front of it, so it listens on the port of the address.
 */
function addressLines(publicUrl: string | null): string[] {
  if (publicUrl === null)
    return [
      '  # The address at which people and Jamf Pro reach the receiver. `recert webhooks apply` needs it.',
      '  # publicUrl: https://recert.example.com',
      '  port: 8080',
    ];
  const { protocol, port } = new URL(publicUrl);
  return [
    `  publicUrl: ${text(publicUrl)}`,
    ...(protocol === 'http:' && port !== '' ? [`  port: ${port}`] : []),
  ];
}

/** Maximum length of the path, bytes. The folder contains a Unix socket, and the length of its path is limited. */
const LONGEST_SPOOL = 80;

function spoolLines(folder: string): string[] {
  const why = '# Keeps webhooks on disk while Redis is unavailable.';
  return Buffer.byteLength(folder) > LONGEST_SPOOL
    ? [
        `${why} Set a path of at most ${LONGEST_SPOOL} bytes.`,
        '# spool:',
        '#   folder: /var/lib/recert/spool',
      ]
    : [why, 'spool:', `  folder: ${text(folder)}`];
}

function subjectLines({ pattern, matched, inScope }: SubjectProposal): string[] {
  const found = `${matched} of ${inScope} Macs in scope have a certificate that`;
  return pattern === null
    ? [`        # ${found} contains the identifier of the profile, so subject is not needed.`]
    : [`        # ${found} matches this pattern.`, `        subject: ${text(pattern)}`];
}

function twinLines(twin: Twin | null): string[] {
  if (twin === null)
    return [
      '        # With a second profile (overlap), Recert can renew the certificate of any Mac at any time. To prepare it, run `recert setup overlap`.',
    ];
  const { green, joinGreen, leaveBlue } = twin;
  const ids = `green: ${green.id}, joinGreen: ${joinGreen ?? '<id>'}, leaveBlue: ${leaveBlue ?? '<id>'}`;
  return [
    `        # Profile ${green.id} (${green.name.replaceAll(/\s+/g, ' ')}) has the same SCEP settings. With it, Recert can renew the certificate of any Mac at any time.`,
    '        # Check it with `recert setup overlap --check` after you have removed the comment sign.',
    `        # overlap: { ${ids} }`,
  ];
}
