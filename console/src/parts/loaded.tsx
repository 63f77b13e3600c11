import type { ReactNode } from 'react';
import { Failure } from './failure.js';
import { Loading } from './loading.js';

/** A query, of one answer or of pages, as far as it is shown. */
interface Readable<Data> {
  data: Data | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** What a query gives, once it is there; before that, that it is on its way or why it is not. What was there stays when reading it again fails. */
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
