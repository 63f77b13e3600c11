import type { ReactNode } from 'react';
import { Failure } from './failure.js';
import { Loading } from './loading.js';

/** The fields of a query that `Loaded` uses. A paged query has them as well. */
interface Readable<Data> {
  data: Data | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/**
 * Shows the data of a query, a placeholder while it is loading, or the error. The data stays visible when
 * repeating the query fails.
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
  if (data !== undefined) return children(data);
  return isPending ? (
    <Loading {...(height === undefined ? {} : { height })} />
  ) : (
    <Failure error={error} again={() => void refetch()} />
  );
}
