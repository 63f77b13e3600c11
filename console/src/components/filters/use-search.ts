import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

const DEBOUNCE_MS = 200;

/** Filters of a page, stored in its address, so that a link or a reload shows the same list. An empty value removes the parameter. */
export function useSearch() {
  const [params, setParams] = useSearchParams();
  const change = (changes: Readonly<Record<string, string | null>>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes))
          if (value === null || value === '') after.delete(name);
          else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return { params, change };
}

/** Search text, stored in the address as `name`. `text`: the value of the field; `settled`: the value to search for, 200 ms after typing. */
export function useTypedText(name: string) {
  const { params, change } = useSearch();
  const [text, setText] = useState(params.get(name) ?? '');
  const [settled] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  useEffect(() => change({ [name]: settled }), [name, settled]);
  return { text, setText, settled };
}
