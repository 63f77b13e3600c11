import type { Descriptions } from '../description.js';

/** Operator events of sign-in. No field may contain a password, a token or a session ID. */
export interface SignInEvents {
  'sign-in.opened': { who: string; role: string; via: string; address: string };
  'sign-in.refused': { via: string; address: string; why: string };
  /**
   * A user signed out, or a token is no longer valid. All receivers then check the permissions of their live
   * connections again.
   */
  'sign-in.ended': { who: string; why: string };
  /** A user signed in with emergency access (break-glass). */
  'sign-in.glass-broken': { who: string; address: string };
  'sign-in.provider-down': { provider: string; error: string };
}

const signIns = (outcome: string) => ({
  type: 'counter' as const,
  name: 'recert_sign_ins_total',
  help: 'Number of sign-ins, by method and outcome.',
  labels: ({ via }: { via: string }) => ({ method: via, outcome }),
});

/** Log messages and metrics for the operator events of sign-in. */
export const signInEvents: Descriptions<SignInEvents> = {
  'sign-in.opened': {
    level: 'info',
    say: ({ who, role, via, address }) => `${who} (${role}) signed in from ${address} (method: ${via})`,
    metrics: [signIns('done')],
  },
  'sign-in.refused': {
    level: 'warn',
    say: ({ via, address, why }) => `sign-in from ${address} (method: ${via}) rejected: ${why}`,
    metrics: [signIns('refused')],
  },
  'sign-in.ended': { level: 'info', say: ({ who, why }) => `${who}: ${why}` },
  'sign-in.glass-broken': {
    level: 'error',
    say: ({ who, address }) => `EMERGENCY ACCESS USED by ${who} (name not verified) from ${address}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_break_glass_total',
        help: 'Number of sign-ins with emergency access (break-glass).',
      },
    ],
  },
  'sign-in.provider-down': {
    level: 'warn',
    say: ({ provider, error }) =>
      `identity provider ${provider} is unreachable; emergency access and API tokens still work: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_sign_in_provider_failures_total',
        help: 'Number of failed requests to the identity provider.',
      },
    ],
  },
};
