import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

const TYPING_MS = 200;

/** What is asked for: it stands in the address, so that it can be sent to a colleague and is there after a reload. */
export function useAsked() {
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

/** A text that is typed: `text` is what stands in the field, `settled` what is looked for once the fingers rest. */
export function useTyped(name: string) {
  const { params, change } = useAsked();
  const [text, setText] = useState(params.get(name) ?? '');
  const [settled] = useDebouncedValue(text.trim(), TYPING_MS);
  useEffect(() => change({ [name]: settled }), [name, settled]);
  return { text, setText, settled };
}
