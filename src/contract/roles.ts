/** The permissions of a user or client of the API. `ROLES` lists them in ascending order. */
export type Role = 'viewer' | 'operator' | 'admin';

/** All roles, lowest first. Each role includes the rights of the previous ones. */
export const ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];

/** How a user or client authenticated. `Principal.via` explains the values. */
export const VIAS = ['token', 'session', 'oidc', 'break-glass'] as const;

/** Whether `role` includes the rights of `needed`. */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** An authenticated user or client. */
export interface Principal {
  /** The name in the audit log. */
  name: string;
  role: Role;
  /**
   * `token`: a Bearer token. The others are sessions, opened with a token (`session`), at the identity provider
   * (`oidc`) or with emergency access (`break-glass`).
   */
  via: (typeof VIAS)[number];
  /** The Jamf Pro servers that the principal may access; `null` for all. */
  instances: readonly string[] | null;
}
