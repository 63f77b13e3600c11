import { formatDuration } from '../../config/values/duration.js';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { startProgress } from '../output/progress.js';

/** How far work is that a worker does for each of some Jamf Pro servers. */
export interface Standing {
  /** Servers where it is not done. */
  open: readonly string[];
  done: number;
  /** `null` when nobody knows. */
  total: number | null;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Waits until work is done everywhere, with a bar.
 *
 * @throws CliError when it is not within the time given.
 */
export async function waitFor(
  look: () => Promise<Standing>,
  { title, within, hint }: { title: string; within: number; hint: string },
  context: Context,
): Promise<void> {
  const startedAt = context.now();
  const progress = startProgress(title, context);
  try {
    for (;;) {
      const { open, done, total } = await look();
      if (open.length === 0) return;
      const tookMs = context.now() - startedAt;
      if (tookMs >= within)
        throw new CliError(
          EXIT.unfinished,
          `${open.join(', ')}: not finished within ${formatDuration(within)}; it goes on. Is a worker running (recert status), and ${hint}`,
        );
      progress.show(done, total, formatDuration(tookMs));
      await context.wait(LOOK_EVERY_MS);
    }
  } finally {
    progress.end();
  }
}
