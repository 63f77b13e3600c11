import { Skeleton } from '@mantine/core';

/**
 * Placeholder that is shown while content is loading. The label requires `role="status"`, because a div without a
 * role must not have a label (WAI-ARIA 1.2).
 */
export function Loading({ height = 320 }: { height?: number }) {
  return <Skeleton height={height} role="status" aria-label="Loading" />;
}
