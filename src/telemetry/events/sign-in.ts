import type { Descriptions } from '../description.js';

/** Who comes in and goes, told to operators. No password, token or id of a session is a field. */
export interface SignInEvents {
  'sign-in.opened': { who: string; role: string; via: string; address: string };
  'sign-in.refused': { via: string; address: string; why: string };
  /** Somebody signed out, or a token is no longer good: who is connected is looked at again. */
  'sign-in.ended': { who: string; why: string };
  /** The login for the hour when the provider is what is broken. */
  'sign-in.glass-broken': { who: string; address: string };
  'sign-in.provider-down': { provider: string; error: string };
}

const signIns = (outcome: string) => ({
  type: 'counter' as const,
  name: 'recert_sign_ins_total',
  help: 'People who came in, or were refused, by the way they took.',
  labels: ({ via }: { via: string }) => ({ what: via, outcome }),
});

export const signInEvents: Descriptions<SignInEvents> = {
  'sign-in.opened': {
    level: 'info',
    say: ({ who, role, via, address }) => `${who} (${role}) signed in by ${via} from ${address}`,
    metrics: [signIns('done')],
  },
  'sign-in.refused': {
    level: 'warn',
    say: ({ via, address, why }) => `a sign-in by ${via} from ${address} was refused: ${why}`,
    metrics: [signIns('refused')],
  },
  'sign-in.ended': { level: 'info', say: ({ who, why }) => `${who}: ${why}` },
  'sign-in.glass-broken': {
    level: 'error',
    say: ({ who, address }) => `THE GLASS WAS BROKEN by ${who} from ${address}: an emergency sign-in`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_break_glass_total',
        help: 'Emergency sign-ins that went past the provider.',
      },
    ],
  },
  'sign-in.provider-down': {
    level: 'warn',
    say: ({ provider, error }) =>
      `the sign-in provider ${provider} cannot be asked, the break-glass login and tokens go on: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_sign_in_provider_failures_total',
        help: 'Times that the sign-in provider could not be asked.',
      },
    ],
  },
};
