import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconKey, IconShieldBolt } from '@tabler/icons-react';
import { useState } from 'react';
import { providerLink, useSignInWays } from '../api/session.js';
import { Mark } from '../shell/mark.js';
import { ThemeSwitch } from '../shell/theme-switch.js';
import { BreakGlassForm } from './break-glass-form.js';
import classes from './sign-in.module.css';
import { TokenForm } from './token-form.js';

type Method = 'token' | 'break-glass';

/**
 * Sign-in page, which is shown at every address if there is no session. The address does not change, so the user
 * reaches the requested page after signing in.
 */
export function SignIn() {
  const ways = useSignInWays();
  const [chosen, choose] = useState<Method | null>(null);
  const { oidc = null, breakGlass = false, refused = null } = ways.data ?? {};
  // A token works without an identity provider, so its form is shown if there is no other way to sign in.
  const shown = chosen ?? (oidc || ways.isPending ? null : 'token');
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Mark size={52} />
          <h1>Recert</h1>
          <p>No Mac ever loses its Okta certificate.</p>
        </div>
        <div className={classes.form}>
          {refused !== null && (
            <Alert color="orange" role="alert" icon={<IconAlertTriangle aria-hidden />} title="Not signed in">
              {refused}
            </Alert>
          )}
          {oidc && (
            <Button component="a" href={providerLink(oidc.path)} size="md" fullWidth>
              Sign in with {oidc.label}
            </Button>
          )}
          {shown === 'token' && <TokenForm />}
          {shown === 'break-glass' && <BreakGlassForm />}
          {!ways.isPending && (
            <div className={classes.others}>
              {shown !== 'token' && (
                <Button
                  variant="subtle"
                  leftSection={<IconKey size={17} aria-hidden />}
                  onClick={() => choose('token')}
                >
                  Use an API token
                </Button>
              )}
              {breakGlass && shown !== 'break-glass' && (
                <Button
                  variant="subtle"
                  leftSection={<IconShieldBolt size={17} aria-hidden />}
                  onClick={() => choose('break-glass')}
                >
                  Use emergency access
                </Button>
              )}
            </div>
          )}
        </div>
      </div>
      <div className={classes.corner}>
        <ThemeSwitch />
      </div>
    </main>
  );
}
