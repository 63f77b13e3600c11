/** A command block of a page, with the heading above it. */
export interface CommandBlock {
  heading: string;
  lines: readonly string[];
}

/** Returns the command blocks (`sh`) of a Markdown page, in order. */
export function commandBlocks(page: string): CommandBlock[] {
  let heading = '';
  return [...page.matchAll(/^## ([^\n]+)$|^```sh\n(.*?)^```$/gmsu)].flatMap(([, title, code]) => {
    if (title !== undefined) heading = title;
    return code === undefined ? [] : [{ heading, lines: code.trimEnd().split('\n') }];
  });
}

/** Returns the privileges in the table of the page. */
export function privilegesIn(page: string): string[] {
  return [...page.matchAll(/^\| ((?:Read|Create|Update|Delete|Flush|View) [^|]+?) +\|/gmu)].flatMap(
    ([, name]) => name ?? [],
  );
}

/**
 * Converts a block to a shell script that stops at the first command with an unexpected exit code. A comment such as
 * `exit code 7` sets the expected exit code of a command; the default is 0. `values` replaces the examples of the
 * page.
 */
export function scriptOf({ lines }: CommandBlock, values: Readonly<Record<string, string>>): string {
  return lines
    .map((line) => {
      const filled = Object.entries(values).reduce(
        (text, [from, to]) => text.replaceAll(from, () => to),
        line,
      );
      const codes = /#.*exit code (\d)(?: or (\d))?/u.exec(line)?.slice(1).filter(Boolean);
      const command = filled.replace(/\s+#\s.*$/u, '');
      return codes === undefined
        ? command
        : `code=0; ${command} || code=$?; case $code in ${codes.join('|')}) ;; *) exit "$code" ;; esac`;
    })
    .join('\n');
}
