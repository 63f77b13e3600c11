import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { useBreakGlass } from '../api/session.js';
import classes from './sign-in.module.css';

/** Form to sign in with the emergency access password, for times when the identity provider is down. */
export function BreakGlassForm() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useBreakGlass();
  const ready = name.trim().length > 1 && password !== '';
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (ready) signIn.mutate({ name: name.trim(), password });
  };
  return (
    <form className={classes.fields} onSubmit={submit}>
      <TextInput
        label="Your name"
        name="name"
        size="md"
        autoFocus
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label="Emergency access password"
        name="break-glass"
        size="md"
        autoComplete="off"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={signIn.error?.message}
      />
      <Button type="submit" size="md" fullWidth loading={signIn.isPending} disabled={!ready}>
        Use emergency access
      </Button>
      <p className={classes.hint}>
        This notifies everyone on the incident channels immediately, with your name.
      </p>
    </form>
  );
}
