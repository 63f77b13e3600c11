import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

const DEBOUNCE_MS = 200;

/**
 * Returns the filters of a page, which are stored in its address, so a link or a reload shows the same list. An
 * empty value removes the parameter from the address.
 */
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

/**
 * Returns a search text, which is stored in the address under `name`. `text` is the content of the field;
 * `settled` is the text to search for, which changes 200 ms after the user stops typing.
 */
export function useTypedText(name: string) {
  const { params, change } = useSearch();
  const [text, setText] = useState(params.get(name) ?? '');
  const [settled] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  useEffect(() => change({ [name]: settled }), [name, settled]);
  return { text, setText, settled };
}
