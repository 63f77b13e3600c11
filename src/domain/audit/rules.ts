/** `error`: certificates are not issued or renewed, or Okta cannot use them. `warning`: works today, but should be reviewed. */
export type AuditSeverity = 'error' | 'warning';

/** One rule of the profile check. */
interface Rule {
  severity: AuditSeverity;
  /** The statement of a vendor, the standard or the page in `docs/` from which the rule comes. */
  source: string;
  /** Consequence of violating the rule, as shown to the operator. */
  why: string;
  /** What the operator must do, as shown with the finding. */
  todo: string;
}

const OKTA = 'Okta, Static SCEP for macOS with Jamf Pro';
const line = (text: string) => `${OKTA}: ${text}`;

/**
 * All rules of the profile check: first those from Okta's page, in the order of the page, then the rules about the
 * fleet, the CA and the two profiles as a pair. A test compares docs/profiles.md with this list.
 */
export const RULES = {
  payload: {
    severity: 'error',
    source: line('"Click SCEP, then click Configure."'),
    why: 'Without a SCEP payload no certificate is issued. With several, Recert monitors only one.',
    todo: 'Keep exactly one SCEP payload in the profile. If it has none, check the profile ID in the configuration.',
  },
  name: {
    severity: 'warning',
    source: line('General, "Name: Enter a name for the profile."'),
    why: 'Jamf Pro identifies the profile in commands and errors only by its name.',
    todo: 'Give the profile a name.',
  },
  level: {
    severity: 'error',
    source: line('General, "Level: Select Computer Level."'),
    why: 'Okta Verify needs the certificate in the system keychain, so that every user of the Mac is treated as managed.',
    todo: 'Create the profile again at computer level.',
  },
  install: {
    severity: 'error',
    source: line('"Configure all MDM SCEP policies to allow for profile redistribution."'),
    why: 'A profile in Self Service is installed only when the user asks for it, so redistribution has no effect.',
    todo: 'Set Distribution Method to Install Automatically.',
  },
  scope: {
    severity: 'error',
    source: line('"issue client certificates to your targeted devices"'),
    why: 'A profile without targets is not installed or redistributed anywhere.',
    todo: 'Add a target to the scope.',
  },
  'scope-users': {
    severity: 'warning',
    source: line('"issue client certificates to your targeted devices"'),
    why: 'Inventory does not report which Macs Jamf Pro selects for a user. Recert treats these Macs as out of scope and does not renew them.',
    todo: 'Target Macs by computer, computer group, department or building.',
  },
  'scope-limits': {
    severity: 'warning',
    source: line('"issue client certificates to your targeted devices"'),
    why: 'A Mac outside of a limitation does not receive the profile, so its redistribution fails.',
    todo: 'Remove limitations and exclusions by users, networks and iBeacons, or accept that redistributions fail for these Macs.',
  },
  url: {
    severity: 'error',
    source: line('"URL: Paste the SCEP URL that you saved in Task 1."'),
    why: 'The Mac requests its certificate from this URL and sends the challenge to it, so it must be a valid https URL.',
    todo: 'Paste the SCEP URL of the Okta Admin Console (Security, Device integrations, Device Access).',
  },
  'url-static': {
    severity: 'warning',
    source: line('"SCEP URL challenge type: Static SCEP URL"'),
    why: 'A static SCEP URL from Okta ends in /pki/<id>/scep/<id>. Other kinds need another type of challenge.',
    todo: 'Generate the SCEP URL in Okta as Static SCEP URL, or make sure that this CA accepts a static challenge.',
  },
  'ca-name': {
    severity: 'warning',
    source: line('SCEP, "Name: Enter a name for the SCEP profile."'),
    why: 'The Mac sends the name to the SCEP server, which may use it to select one of several CAs. Administrators need the name to tell SCEP payloads apart.',
    todo: 'Give the SCEP payload a name.',
  },
  subject: {
    severity: 'error',
    source: line('"Subject: Enter a name to identify the certificate."'),
    why: 'Without a common name the certificate cannot be distinguished from others, and no renewal can be verified.',
    todo: 'Set a subject such as CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER.',
  },
  'subject-identifier': {
    severity: 'warning',
    source: line('"Jamf Pro automatically adds a $PROFILE_IDENTIFIER when redistributing profiles"'),
    why: 'Jamf Pro adds $PROFILE_IDENTIFIER at the first redistribution, so the subject changes and grows by 37 characters. Until then, the certificate cannot be matched to its profile.',
    todo: 'Add $PROFILE_IDENTIFIER to the subject, so the subject is the same every time.',
  },
  'subject-variable': {
    severity: 'warning',
    source: line('"optionally including Jamf Pro variables like $UDID or $EMAIL"'),
    why: 'Neither Jamf Pro nor macOS is known to resolve this variable, so the certificate would contain its name instead of a value.',
    todo: 'Correct the name of the variable.',
  },
  challenge: {
    severity: 'error',
    source: line('"Challenge: Paste the Secret Key that you saved in Task 1."'),
    why: 'Okta refuses a request without the challenge.',
    todo: 'Paste the secret key into Challenge and Verify Challenge. If the key is lost, reset it in Okta.',
  },
  'challenge-type': {
    severity: 'error',
    source: line('"Challenge Type: Select Static."'),
    why: 'A static SCEP URL expects the secret key itself as the challenge.',
    todo: 'Set Challenge Type to Static.',
  },
  'key-type': {
    severity: 'error',
    source:
      "Apple's device management reference, SCEP: Key Type is always RSA; " +
      line('"Key Size: Select 2048."'),
    why: 'macOS supports only RSA keys for SCEP.',
    todo: 'Remove Key Type, or set it to RSA.',
  },
  'key-size': {
    severity: 'error',
    source: line('"Key Size: Select 2048."'),
    why: 'Okta requires 2048 bits. If the payload does not set a size, macOS creates a key of 1024 bits.',
    todo: 'Set Key Size to 2048.',
  },
  'key-usage': {
    severity: 'error',
    source: line('"Use as digital signature: Select this option."'),
    why: 'Okta Verify signs with the key, so the key usage must allow digital signatures.',
    todo: 'Select Use as digital signature.',
  },
  'key-purpose': {
    severity: 'warning',
    source: line(
      '"Certificates that are deployed for digital signature, but not for other purposes (for example, encryption)"',
    ),
    why: 'Okta expects a key for digital signatures only.',
    todo: 'Clear Use for key encipherment.',
  },
  exportable: {
    severity: 'warning',
    source: line('"Allow export from keychain: Clear this option."'),
    why: 'An exported key lets another device impersonate the Mac. macOS allows the export unless the payload forbids it.',
    todo: 'Clear Allow export from keychain.',
  },
  'all-apps': {
    severity: 'error',
    source: line('"Allow all apps access: Select this option."'),
    why: 'Without this setting Okta Verify cannot use the key. macOS denies access unless the payload allows it.',
    todo: 'Select Allow all apps access.',
  },
  'identity-preference': {
    severity: 'warning',
    source: "Apple's device management reference, IdentityPreference; Recert, docs/okta.md",
    why: 'An identity preference can keep the old certificate on the Mac and in use after a renewal.',
    todo: 'Remove the identity preference from the profile, or check on one Mac that it uses the new certificate after a renewal.',
  },
  'ca-pinned': {
    severity: 'warning',
    source:
      "Apple's device management reference, SCEP: CAFingerprint; Recert, docs/okta.md: renewal of the CA",
    why: 'The profile accepts only one generation of the CA. After the SCEP configuration is rolled over to the next generation, renewals can fail.',
    todo: 'Remove the fingerprint or the CA certificate from the profile, or replace it when the SCEP configuration is rolled over in Okta.',
  },
  'subject-pattern': {
    severity: 'error',
    source: 'Recert, docs/configuration.md: the setting subject of a profile',
    why: 'Recert finds the certificate by its subject. Without a match, Recert finds no certificate on these Macs and verifies no renewal. A common name that is only a UUID is taken for the MDM identity unless the pattern names another attribute, such as OU=.',
    todo: 'Add $PROFILE_IDENTIFIER to the subject, or correct the pattern in the configuration.',
  },
  'subject-length': {
    severity: 'error',
    source: line('"Exceeding this limit causes profile redistribution and certificate renewal to fail."'),
    why: 'X.509 limits a common name to 64 characters (RFC 5280, ub-common-name), including the identifier that Jamf Pro adds.',
    todo: 'Shorten the subject: CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER fits every Mac. A second profile can have such a subject while this one stays as it is (`recert profiles generate --twin-of`).',
  },
  'subject-blank': {
    severity: 'warning',
    source: line('"Enter a name to identify the certificate."'),
    why: 'Jamf Pro has no value for the variable on these Macs, so the subject is incomplete.',
    todo: 'Enter the value in Jamf Pro, or use a variable that every Mac has, such as $SERIALNUMBER.',
  },
  'ca-unreachable': {
    severity: 'warning',
    source: line('"settings that allow a device to get certificates from your CA using SCEP"'),
    why: 'If Recert cannot reach the CA, the Macs may not be able to reach it either.',
    todo: 'Open the URL of the profile on a Mac. If it works there, check the proxy and firewall between Recert and the CA.',
  },
  'ca-response': {
    severity: 'warning',
    source: 'RFC 8894, 4.2.1: a CA certificate in DER, or a chain in CMS SignedData',
    why: 'A Mac that receives this response cannot request a certificate. A proxy between Recert and the CA may also have sent it.',
    todo: 'Check the URL and the name of the SCEP payload, and open the URL on a Mac. If the response differs there, check the proxy.',
  },
  'ca-expired': {
    severity: 'error',
    source: 'RFC 8894, 4.2 (GetCACert); RFC 5280, 6.1',
    why: 'Certificates from an expired CA are not accepted.',
    todo: 'Roll the SCEP configuration over to the renewed CA in Okta, then redistribute the profile to every Mac.',
  },
  'ca-expiring': {
    severity: 'warning',
    source: 'RFC 8894, 4.2 (GetCACert); Okta, CA renewal: a CA is valid for five years',
    why: 'Certificates issued today would outlive the CA, so the whole fleet would lose access on the same day.',
    todo: 'Roll the SCEP configuration over to the renewed CA in Okta. SCEP URL and profile stay as they are.',
  },
  'ra-expiring': {
    severity: 'warning',
    source: 'RFC 8894, 4.2.1.2: a Mac encrypts its request for the registration authority (RA)',
    why: 'With an expired RA no certificate is issued or renewed. Issued certificates stay valid.',
    todo: 'Make sure that the RA of the SCEP configuration is renewed. Okta renews its RAs automatically; contact Okta if it does not.',
  },
  'ca-renewal': {
    severity: 'warning',
    source: line('"Okta as a CA doesn\'t support renewal requests."'),
    why: 'This CA offers renewal (RFC 8894, 3.5.2), which Okta does not support, so it may be the wrong CA.',
    todo: 'Check the SCEP URL in the profile.',
  },
  'pair-settings': {
    severity: 'warning',
    source: 'Recert, docs/redistribution.md: blue and green are equivalent',
    why: 'Every renewal moves a Mac to the other profile. With different settings, the new certificate would differ from the old one.',
    todo: 'Use the same settings in both profiles, unless they use two CAs on purpose.',
  },
  'pair-challenge': {
    severity: 'error',
    source: line('"If you need to reset it, click Reset secret key"'),
    why: 'A SCEP URL has one secret key, so one of the two profiles has the wrong key.',
    todo: 'Paste the current secret key into both profiles.',
  },
  'green-scope': {
    severity: 'error',
    source: 'Recert, docs/setup.md: the group joinGreen is the only target of green',
    why: 'Jamf Pro installs green on every Mac in its scope, also on Macs that Recert has not moved to green.',
    todo: 'Make the static group joinGreen the only target of green.',
  },
  'green-exclusions': {
    severity: 'warning',
    source: 'Recert, docs/setup.md: the group joinGreen is the only target of green',
    why: 'An excluded Mac never receives green, so its redistribution fails.',
    todo: 'Exclude the same Macs from blue, or remove the exclusions from green.',
  },
  'blue-scope': {
    severity: 'error',
    source: 'Recert, docs/setup.md: the group leaveBlue is an exclusion of blue',
    why: 'Without this exclusion a Mac that moved to green keeps blue.',
    todo: 'Add the static group leaveBlue to the exclusions of blue, and remove it from the targets.',
  },
  'blue-join-green': {
    severity: 'error',
    source: 'Recert, docs/setup.md: the group joinGreen is the only target of green',
    why: 'A Mac that joins the group loses blue before it has green.',
    todo: 'Remove the static group joinGreen from the exclusions of blue.',
  },
  'groups-exchanged': {
    severity: 'error',
    source:
      'Recert, docs/redistribution.md: joinGreen is the target of green, leaveBlue an exclusion of blue',
    why: 'A Mac that is to receive green would lose blue instead, and have neither profile. Recert changes no group until this is corrected.',
    todo: 'In the configuration, set joinGreen to the group that green targets, and leaveBlue to the group that blue excludes.',
  },
  'profiles-exchanged': {
    severity: 'error',
    source:
      'Recert, docs/redistribution.md: joinGreen is the target of green, leaveBlue an exclusion of blue',
    why: 'A Mac that is to receive one profile would lose the other. Recert changes no group until this is corrected.',
    todo: 'In the configuration, set blue to the profile that excludes leaveBlue, and green to the profile that targets joinGreen.',
  },
  'group-kind': {
    severity: 'error',
    source: 'Recert, docs/setup.md: joinGreen and leaveBlue are static groups',
    why: 'Jamf Pro calculates the members of a smart group, so Recert cannot change them directly.',
    todo: 'Set the ID of a static group.',
  },
  'exclusion-target': {
    severity: 'error',
    source: 'Recert, docs/redistribution.md: both profiles exclude the group cycle.exclude',
    why: 'Recert removes Macs from this group, and each would lose the profile. Recert changes no group until this is corrected.',
    todo: 'Set cycle.exclude to a separate static group that is an exclusion of both profiles, and a target of neither.',
  },
  'cycle-exclusion': {
    severity: 'error',
    source: 'Recert, docs/redistribution.md: both profiles exclude the group cycle.exclude',
    why: 'A Mac that joins the group must lose the profile. Until then, Recert does not use cycle for Macs with this profile.',
    todo: 'Add the group to the exclusions of the profile.',
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/** A Mac that is affected by a finding. */
export interface FoundComputer {
  id: string;
  name: string;
  serialNumber: string;
}

/** A rule that a profile violates. It contains no secret. */
export interface AuditFinding {
  rule: RuleName;
  severity: AuditSeverity;
  /** What is wrong with this profile, as part of a sentence: lower-case start, no full stop. */
  said: string;
  why: string;
  todo: string;
  source: string;
  /** Number of affected Macs, and a list of some of them; absent when the finding concerns the profile itself. */
  computers?: { count: number; listed: readonly FoundComputer[] };
}

/** Creates the finding for a violated rule. `severity` replaces the severity of the rule. */
export function breaks(rule: RuleName, said: string, severity?: AuditSeverity): AuditFinding {
  const { severity: usual, why, todo, source } = RULES[rule];
  return { rule, severity: severity ?? usual, said, why, todo, source };
}
