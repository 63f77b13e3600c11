import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './search-form.module.css';

/** Frame around the search field and the filters above a list. */
export function SearchForm({ children }: { children: ReactNode }) {
  return (
    <div className={classes.ask} role="search">
      {children}
    </div>
  );
}

/** Search field. `enter` is called when the user presses Enter. */
export function SearchField({
  label,
  placeholder,
  value,
  change,
  autoFocus = false,
  enter,
}: {
  label: string;
  placeholder: string;
  value: string;
  change: (text: string) => void;
  autoFocus?: boolean;
  enter?: () => void;
}) {
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      autoFocus={autoFocus}
      autoComplete="off"
      spellCheck={false}
      leftSection={<IconSearch size={17} stroke={1.7} aria-hidden />}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') enter?.();
      }}
      className={classes.search}
    />
  );
}
