/** error: certificates will not be issued or renewed, or Okta cannot use them. warning: it works, and somebody should know. */
export type AuditSeverity = 'error' | 'warning';

/** What the audit knows of one rule, whatever profile it is held against. */
interface Rule {
  severity: AuditSeverity;
  /** The line from which it follows. */
  source: string;
  /** Why it matters. */
  why: string;
  /** What to do. */
  todo: string;
}

const OKTA = 'Okta, Static SCEP for macOS with Jamf Pro';
const line = (text: string) => `${OKTA}: ${text}`;

/** Every rule. docs/profiles.md shows them; a test holds both alike. Order: as Okta's page, then what follows from the fleet, the CA and the pair. */
export const RULES = {
  payload: {
    severity: 'error',
    source: line('"Click SCEP, then click Configure."'),
    why: 'Without a SCEP payload there is no certificate; with several, only one is watched.',
    todo: 'Keep exactly one SCEP payload in the profile. Is it the right profile?',
  },
  name: {
    severity: 'warning',
    source: line('General, "Name: Enter a name for the profile."'),
    why: 'Commands and errors in Jamf name the profile by it.',
    todo: 'Give the profile a name.',
  },
  level: {
    severity: 'error',
    source: line('General, "Level: Select Computer Level."'),
    why: 'Okta Verify looks in the system keychain: only there is every user of the Mac treated as managed.',
    todo: 'Make the profile anew at computer level.',
  },
  install: {
    severity: 'error',
    source: line('"Configure all MDM SCEP policies to allow for profile redistribution."'),
    why: 'A profile in Self Service waits for the user, so it does not come back by itself when it is redistributed.',
    todo: 'Set Distribution Method to Install Automatically.',
  },
  scope: {
    severity: 'error',
    source: line('"issue client certificates to your targeted devices"'),
    why: 'A profile without targets is installed nowhere, and redistributed to nobody.',
    todo: 'Give the scope a target.',
  },
  'scope-users': {
    severity: 'warning',
    source: line('"issue client certificates to your targeted devices"'),
    why: 'Inventory does not say which Macs Jamf picks for a user: Recert takes those for out of scope, and does not look after them.',
    todo: 'Name Macs by computers, computer groups, departments or buildings.',
  },
  'scope-limits': {
    severity: 'warning',
    source: line('"issue client certificates to your targeted devices"'),
    why: 'Whoever is outside of a limitation gets nothing: a Mac that is due waits there for a command that does not come.',
    todo: 'Take limitations and exclusions by users, networks and iBeacons away, or live with redistributions that fail.',
  },
  url: {
    severity: 'error',
    source: line('"URL: Paste the SCEP URL that you saved in Task 1."'),
    why: 'The Mac asks this address for its certificate; what it sends belongs on https.',
    todo: 'Paste the SCEP URL of the Okta Admin Console (Security, Device integrations, Device Access).',
  },
  'url-static': {
    severity: 'warning',
    source: line('"SCEP URL challenge type: Static SCEP URL"'),
    why: 'A static SCEP URL of Okta ends in /pki/<id>/scep/<id>; another kind needs another challenge.',
    todo: 'Generate the SCEP URL in Okta as Static SCEP URL, or make sure that this CA takes a static challenge.',
  },
  'ca-name': {
    severity: 'warning',
    source: line('SCEP, "Name: Enter a name for the SCEP profile."'),
    why: 'The Mac sends it to the CA, and it is how a person tells two SCEP payloads apart.',
    todo: 'Give the SCEP payload a name.',
  },
  subject: {
    severity: 'error',
    source: line('"Subject: Enter a name to identify the certificate."'),
    why: 'Without a common name a certificate cannot be told from others, and no renewal can be proven.',
    todo: 'Write a subject such as CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER.',
  },
  'subject-identifier': {
    severity: 'warning',
    source: line('"Jamf Pro automatically adds a $PROFILE_IDENTIFIER when redistributing profiles"'),
    why: 'The subject changes at the first redistribution and grows by 37 characters; until then the certificate cannot be matched to its profile.',
    todo: 'Write $PROFILE_IDENTIFIER into the subject yourself, then it is the same every time.',
  },
  'subject-variable': {
    severity: 'warning',
    source: line('"optionally including Jamf Pro variables like $UDID or $EMAIL"'),
    why: 'Neither Jamf nor macOS is known to fill it in: it would stand in the certificate as it is.',
    todo: 'Correct the name of the variable.',
  },
  challenge: {
    severity: 'error',
    source: line('"Challenge: Paste the Secret Key that you saved in Task 1."'),
    why: 'Okta refuses a request without the challenge.',
    todo: 'Paste the secret key into Challenge and Verify Challenge. When it is lost, reset it in Okta.',
  },
  'challenge-type': {
    severity: 'error',
    source: line('"Challenge Type: Select Static."'),
    why: "Something else than the secret key would be sent, and the URL is that of Okta's static kind.",
    todo: 'Set Challenge Type to Static.',
  },
  'key-type': {
    severity: 'error',
    source:
      "Apple's device management reference, SCEP: Key Type is always RSA; " +
      line('"Key Size: Select 2048."'),
    why: 'macOS makes no other key for SCEP, and 2048 bits are those of RSA.',
    todo: 'Leave Key Type out, or write RSA.',
  },
  'key-size': {
    severity: 'error',
    source: line('"Key Size: Select 2048."'),
    why: 'When the payload does not say, macOS makes a key of 1024 bits; other sizes Okta does not ask for.',
    todo: 'Set Key Size to 2048.',
  },
  'key-usage': {
    severity: 'error',
    source: line('"Use as digital signature: Select this option."'),
    why: 'Okta Verify signs with the key; it must be allowed to.',
    todo: 'Select Use as digital signature.',
  },
  'key-purpose': {
    severity: 'warning',
    source: line(
      '"Certificates that are deployed for digital signature, but not for other purposes (for example, encryption)"',
    ),
    why: 'A key that is used for more than signatures is not what Okta expects.',
    todo: 'Clear Use for key encipherment.',
  },
  exportable: {
    severity: 'warning',
    source: line('"Allow export from keychain: Clear this option."'),
    why: 'Whoever can export the key takes the identity of the Mac along. macOS allows it unless the payload says no.',
    todo: 'Clear Allow export from keychain.',
  },
  'all-apps': {
    severity: 'error',
    source: line('"Allow all apps access: Select this option."'),
    why: 'Without it Okta Verify may not use the key. macOS denies it unless the payload says yes.',
    todo: 'Select Allow all apps access.',
  },
  'subject-length': {
    severity: 'error',
    source: line('"Exceeding this limit causes profile redistribution and certificate renewal to fail."'),
    why: 'X.509 limits a common name to 64 characters (RFC 5280, ub-common-name), the added identifier included.',
    todo: 'Shorten the subject: CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER fits every Mac.',
  },
  'subject-blank': {
    severity: 'warning',
    source: line('"Enter a name to identify the certificate."'),
    why: 'Jamf has no value for the variable, so the subject does not say what it should.',
    todo: 'Fill in the value in Jamf, or use a variable that every Mac has, such as $SERIALNUMBER.',
  },
  'ca-unreachable': {
    severity: 'warning',
    source: line('"settings that allow a device to get certificates from your CA using SCEP"'),
    why: 'When the CA does not answer Recert, it may not answer the Macs either.',
    todo: 'Open the URL of the profile from a Mac. Behind a proxy, Recert may be the only one that cannot reach it.',
  },
  'ca-expired': {
    severity: 'error',
    source: 'RFC 8894, 4.2 (GetCACert); RFC 5280, 6.1',
    why: 'A certificate of a CA that has expired proves nothing.',
    todo: 'Renew the CA in Okta, then redistribute to every Mac.',
  },
  'ca-expiring': {
    severity: 'warning',
    source: "RFC 8894, 4.2 (GetCACert): Okta's CA lasts for 3.5 years",
    why: 'A certificate issued today would outlive its CA and end with it: the whole fleet on one day.',
    todo: 'Plan the new CA in Okta now, with a profile for it, and let the fleet move in good time.',
  },
  'ca-renewal': {
    severity: 'warning',
    source: line('"Okta as a CA doesn\'t support renewal requests."'),
    why: 'This CA offers renewal (RFC 8894, 3.5.2), which Okta does not: it may not be the CA that is meant.',
    todo: 'Check the URL.',
  },
  'pair-settings': {
    severity: 'warning',
    source: 'Recert, docs/redistribution.md: blue and green are equivalent',
    why: 'A Mac moves from one to the other at every renewal, and gets another certificate.',
    todo: 'Make them alike, unless two CAs are meant.',
  },
  'pair-challenge': {
    severity: 'error',
    source: line('"If you need to reset it, click Reset secret key"'),
    why: 'One CA has one secret key: one of the two is wrong.',
    todo: 'Paste the same secret key into both.',
  },
  'green-scope': {
    severity: 'error',
    source: 'Recert, docs/setup.md: the group joinGreen is the only target of green',
    why: 'Whoever is in its scope gets it, on every change.',
    todo: 'Make the static group joinGreen its only target.',
  },
  'green-exclusions': {
    severity: 'warning',
    source: 'Recert, docs/setup.md: the group joinGreen is the only target of green',
    why: 'A Mac that they name never gets green, and its redistribution fails.',
    todo: 'Exclude it from blue as well, or not at all.',
  },
  'blue-scope': {
    severity: 'error',
    source: 'Recert, docs/setup.md: the group leaveBlue is an exclusion of blue',
    why: 'Else a Mac that moved to green keeps blue for ever.',
    todo: 'Make the static group leaveBlue an exclusion of blue, and no target.',
  },
} as const satisfies Record<string, Rule>;

/** Name of a rule. */
export type RuleName = keyof typeof RULES;

/** A Mac that a finding is about. */
export interface FoundComputer {
  id: string;
  name: string;
  serialNumber: string;
}

/** A rule that a profile breaks. No secret is in it. */
export interface AuditFinding {
  rule: RuleName;
  severity: AuditSeverity;
  /** What is wrong with this profile: the evidence. */
  said: string;
  why: string;
  todo: string;
  source: string;
  /** How many Macs it is about, and who they are as far as they are listed; absent when it is about the profile. */
  computers?: { count: number; listed: readonly FoundComputer[] };
}

/** A rule broken. `severity` when this case is worse, or less bad, than the rule usually is. */
export function breaks(rule: RuleName, said: string, severity?: AuditSeverity): AuditFinding {
  const { severity: usual, why, todo, source } = RULES[rule];
  return { rule, severity: severity ?? usual, said, why, todo, source };
}
