import { Skeleton } from '@mantine/core';

/** Placeholder while content loads. `role="status"` is required for the label: a div without a role must not have one (WAI-ARIA 1.2). */
export function Loading({ height = 320 }: { height?: number }) {
  return <Skeleton height={height} role="status" aria-label="Loading" />;
}
