import type { ReactNode } from 'react';
import { Failure } from './failure.js';
import { Loading } from './loading.js';

/** The part of a query that is shown; also fits a paged query. */
interface Readable<Data> {
  data: Data | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** Shows the data of a query, a placeholder while it loads, or the error. Data stays visible when a refresh fails. */
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
