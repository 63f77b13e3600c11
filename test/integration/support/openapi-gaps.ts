/**
 * Parts of the API descriptions that are incomplete or wrong compared to real servers: docs/jamf-pro.md. A matching error is ignored.
 * Delete an entry that no longer matches.
 */
export interface KnownGap {
  of: 'answer' | 'request';
  /** On `METHOD path`. */
  call: RegExp;
  /** On `pointer: message`. */
  problem: RegExp;
  reason: string;
}

export const KNOWN_GAPS: readonly KnownGap[] = [
  {
    of: 'answer',
    call: /^GET \/api\/v2\/mdm\/commands$/,
    problem: /commandType: must be equal to one of the allowed values/,
    reason: 'live servers answer INSTALL_PROFILE and REMOVE_PROFILE, which the enum lacks (section 6)',
  },
  {
    of: 'answer',
    call: /^GET \/JSSResource\/osxconfigurationprofiles\//,
    problem: /\/general\/level: must be equal to one of the allowed values/,
    reason: 'level reads System or User; the enum has what is written (section 5)',
  },
  {
    of: 'answer',
    call: /^GET \/JSSResource\/osxconfigurationprofiles\//,
    problem: /\/scope\/jss_user_groups: must be array/,
    reason: 'an empty one reads {} in the scope (section 5)',
  },
  {
    of: 'answer',
    call: /^GET \/JSSResource\/osxconfigurationprofiles\//,
    problem: /\/self_service\/self_service_categories: must be object/,
    reason: 'a list in JSON like every other list; the schema is that of the XML',
  },
  {
    of: 'answer',
    call: /^GET \/JSSResource\/computers\//,
    problem: /certificate\/expires_epoch: must be integer/,
    reason: 'both dates are "" for a certificate without one (section 4)',
  },
  {
    of: 'answer',
    call: /^GET \/JSSResource\/computers\//,
    problem:
      /\/hardware\/(processor_speed|processor_speed_mhz|xprotect_version): must be|\/software\/(unix_executables: must be string|available_updates: must be array)/,
    reason:
      'recordings have numbers for the speed, text for the version, a list of executables, and {} for no update',
  },
  {
    of: 'answer',
    call: /^GET \/JSSResource\/webhooks\//,
    problem: /authentication_type: must be equal to one of the allowed values/,
    reason: 'HEADER exists on live servers; the schema has NONE and BASIC only (section 2)',
  },
  {
    of: 'request',
    call: /^(POST|PUT) \/JSSResource\/webhooks\//,
    problem: /(authentication_type|event): "\w+" is not one of/,
    reason: 'HEADER, and events newer than the stale enum (sections 1.2 and 2)',
  },
  {
    of: 'request',
    call: /^(POST|PUT) \/JSSResource\/webhooks\//,
    problem: /\/(header|smart_group_id|display_field_additions): unknown element/,
    reason: 'documented outside the schema (section 2)',
  },
  {
    of: 'request',
    call: /^PUT \/JSSResource\/computergroups\//,
    problem: /\/(computer_additions|computer_deletions): unknown element/,
    reason: 'named in the description of the operation, not in its schema (section 7)',
  },
];

/** Responses in which real servers write null for an unrequested section or an unknown text, although the schema does not allow it. */
export const NULL_ANSWERS = /^\/api\/v\d\/computers-inventory/;

/** Undocumented statuses of real servers, with the type of the body. */
export const UNLISTED_STATUSES: Readonly<Record<number, string>> = {
  400: 'section 6: no filter, INSTALL_PROFILE',
  401: 'section 3: every call, INVALID_TOKEN',
  403: 'section 3: every call, INVALID_PRIVILEGE',
  404: 'section 4: unknown ids and paths',
  409: 'section 7: Classic validation',
  415: 'a body of a type that is not taken',
  429: 'section 3: gateways and proxies',
  500: 'section 7: assignments left out',
};
