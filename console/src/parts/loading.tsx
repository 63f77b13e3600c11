import { Skeleton } from '@mantine/core';

/** Stands where something will be. Its name needs a role that may have one (WAI-ARIA 1.2, prohibited naming). */
export function Loading({ height = 320 }: { height?: number }) {
  return <Skeleton height={height} role="status" aria-label="Loading" />;
}
