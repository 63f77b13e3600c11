import type { TokenConfig } from '../config/schema.js';

/** What somebody may do. */
export type Role = TokenConfig['role'];

/** From least to most: each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];

/** Whether somebody with `role` may do what needs `needed`. */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Somebody who has proved who they are. */
export interface Principal {
  /** What the audit trail shows. */
  name: string;
  role: Role;
  /** How they proved it. */
  via: 'token' | 'session';
}
