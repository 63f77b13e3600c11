import { formatDuration } from '../../config/values/duration.js';
import type { Context } from '../context.js';

/** Shows the progress of a long operation on the status line. */
export interface Progress {
  /**
   * Updates the display. `total` is `null` if the total is not known.
   * @param text shown after the counts.
   */
  show(done: number, total: number | null, text?: string): void;
  /** Removes the display. Must be called before the result is printed. */
  end(): void;
}

const WIDTH = 24;
const REFRESH_MS = 500;
/** Elapsed time after which the remaining time is shown, milliseconds. Earlier estimates are too inaccurate. */
const ESTIMATE_AFTER_MS = 3_000;

/** Starts a progress bar on the status line. Shows nothing if standard error is not a terminal. */
export function startProgress(
  title: string,
  { changeLine, now }: Pick<Context, 'changeLine' | 'now'>,
): Progress {
  const startedAt = now();
  return {
    show(done, total, text = '') {
      const tookMs = now() - startedAt;
      const parts = [title, ...(total === null ? [countText(done)] : bar(done, total, tookMs))];
      changeLine?.([...parts, ...(text === '' ? [] : [text])].join('  '));
    },
    end: () => changeLine?.(''),
  };
}

/** Runs `work` and shows the elapsed time on the status line. For operations that do not report progress. */
export async function busy<Value>(
  title: string,
  work: () => Promise<Value>,
  context: Pick<Context, 'changeLine' | 'now'>,
): Promise<Value> {
  const startedAt = context.now();
  const progress = startProgress(title, context);
  const show = () => progress.show(0, null, formatDuration(context.now() - startedAt));
  const refresh = setInterval(show, REFRESH_MS);
  show();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    progress.end();
  }
}

function countText(done: number): string {
  return done > 0 ? done.toLocaleString('en') : '…';
}

function bar(done: number, total: number, tookMs: number): string[] {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * WIDTH);
  const leftMs = share > 0 ? tookMs / share - tookMs : 0;
  const estimated = tookMs >= ESTIMATE_AFTER_MS && leftMs > 0 && share >= 0.02;
  return [
    `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`,
    `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    ...(estimated ? [`about ${formatDuration(leftMs)} left`] : []),
  ];
}
