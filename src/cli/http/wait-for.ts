import { formatDuration } from '../../config/values/duration.js';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { startProgress } from '../output/progress.js';

/** Progress of an operation that workers perform for one or more Jamf Pro servers. */
export interface Standing {
  /** Names of the Jamf Pro servers for which the operation is not complete. */
  open: readonly string[];
  done: number;
  /** `null` if the total is not known. */
  total: number | null;
}

const POLL_MS = 1_000;

/**
 * Polls `look` until the operation is complete for all Jamf Pro servers, and shows a progress bar. `within` is in
 * milliseconds.
 * @throws CliError with `EXIT.unfinished` on timeout. `hint` completes the message: a condition that the user
 * should check.
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
          `${open.join(', ')}: timed out after ${formatDuration(within)}; the operation continues. Check that a worker is running (recert status) and that ${hint}.`,
        );
      progress.show(done, total, formatDuration(tookMs));
      await context.wait(POLL_MS);
    }
  } finally {
    progress.end();
  }
}
