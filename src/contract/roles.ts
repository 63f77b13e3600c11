/** What somebody may do. */
export type Role = 'viewer' | 'operator' | 'admin';

/** From least to most: each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];

/** Ways to prove who one is. */
export const VIAS = ['token', 'session', 'oidc', 'break-glass'] as const;

/** Whether somebody with `role` may do what needs `needed`. */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Somebody who has proved who they are. */
export interface Principal {
  /** What the audit trail shows. */
  name: string;
  role: Role;
  /** How they proved it: a token with the request, or a session that was opened with a token, by the provider, by the emergency login. */
  via: (typeof VIAS)[number];
  /** The Jamf Pro servers that they may see and act on; `null`: all. */
  instances: readonly string[] | null;
}
