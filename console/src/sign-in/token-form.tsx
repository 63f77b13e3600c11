import { Button, PasswordInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { useSignIn } from '../api/session.js';
import classes from './sign-in.module.css';

/** Form to sign in with an API token. */
export function TokenForm() {
  const [token, setToken] = useState('');
  const signIn = useSignIn();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (token.trim() !== '') signIn.mutate(token.trim());
  };
  return (
    <form className={classes.fields} onSubmit={submit}>
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
        No token? Ask an admin to create one with <code>recert tokens issue</code>. The demo prints a token
        when it starts.
      </p>
    </form>
  );
}
