/** Spellings of the words of an enumeration. `documented`: as in the specification of Jamf Pro. */
export const WORDS = ['documented', 'upper', 'lower', 'camel', 'spaced'] as const;

/** A spelling of the words of an enumeration. */
export type Spelling = (typeof WORDS)[number];

/** Spells a word such as `NOT_NOW`, `ComputerCheckIn` or `enrollment complete` differently. */
export function spell(word: string, spelling: Spelling): string {
  if (spelling === 'documented') return word;
  if (spelling === 'upper') return word.toUpperCase();
  if (spelling === 'lower') return word.toLowerCase();
  const parts = word
    .split(/[_ ]|(?<=[a-z])(?=[A-Z])/u)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase());
  return parts.join(spelling === 'camel' ? '' : ' ');
}
