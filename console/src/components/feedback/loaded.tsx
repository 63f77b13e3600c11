import type { ReactNode } from 'react';
import { Failure } from './failure.js';
import { Loading } from './loading.js';
import { Trouble } from './trouble.js';

/** The fields of a query that `Loaded` uses. A paged query has them as well. */
interface Readable<Data> {
  data: Data | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/**
 * Shows the data of a query, a placeholder while it is loading, or the error. The data stays visible when repeating
 * the query fails. Above a list, shows a warning with the records that the server could not read.
 */
export function Loaded<Data>({
  query: { data, isPending, error, refetch },
  height,
  children,
}: {
  query: Readable<Data>;
  height?: number;
  children: (data: Data) => ReactNode;
}) {
  if (data !== undefined)
    return (
      <>
        <Trouble text={missingIn(data)} />
        {children(data)}
      </>
    );
  return isPending ? (
    <Loading {...(height === undefined ? {} : { height })} />
  ) : (
    <Failure error={error} again={() => void refetch()} />
  );
}

/** Names the records that the server could not read and that are therefore missing from the pages of a list. */
function missingIn(data: unknown): string | null {
  const { pages } = Object(data) as { pages?: readonly { unreadable?: readonly string[] }[] };
  const names = new Set(pages?.flatMap(({ unreadable = [] }) => unreadable));
  return names.size === 0
    ? null
    : `This version of Recert cannot read these records, so they are not shown: ${[...names].join(', ')}`;
}
