import { Button, PasswordInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { useSignIn } from '../api/session.js';
import { Mark } from '../shell/mark.js';
import { ThemeSwitch } from '../shell/theme-switch.js';
import classes from './sign-in.module.css';

/** What everybody sees who is not signed in, at whatever address: after signing in they are where they wanted to be. */
export function SignIn() {
  const [token, setToken] = useState('');
  const signIn = useSignIn();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (token.trim() !== '') signIn.mutate(token.trim());
  };
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Mark size={52} />
          <h1>Recert</h1>
          <p>No Mac ever loses its Okta certificate.</p>
        </div>
        <form className={classes.form} onSubmit={submit}>
          <PasswordInput
            label="API token"
            name="token"
            size="md"
            autoFocus
            autoComplete="current-password"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={signIn.error?.message}
          />
          <Button type="submit" size="md" fullWidth loading={signIn.isPending} disabled={token.trim() === ''}>
            Sign in
          </Button>
          <p className={classes.hint}>
            You have none? An admin makes one with <code>recert tokens create</code>; the demo prints one when
            it starts.
          </p>
        </form>
      </div>
      <div className={classes.corner}>
        <ThemeSwitch />
      </div>
    </main>
  );
}
