/** Spellings of enumeration values. `documented` is the spelling in the specification of Jamf Pro. */
export const WORDS = ['documented', 'upper', 'lower', 'camel', 'spaced'] as const;

/** A spelling of enumeration values. */
export type Spelling = (typeof WORDS)[number];

/** Returns an enumeration value, such as `NOT_NOW` or `enrollment complete`, in the given spelling. */
export function spell(word: string, spelling: Spelling): string {
  if (spelling === 'documented') return word;
  if (spelling === 'upper') return word.toUpperCase();
  if (spelling === 'lower') return word.toLowerCase();
  const parts = word
    .split(/[_ ]|(?<=[a-z])(?=[A-Z])/u)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase());
  return parts.join(spelling === 'camel' ? '' : ' ');
}
