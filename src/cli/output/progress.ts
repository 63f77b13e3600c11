import { formatDuration } from '../../config/values/duration.js';
import type { Context } from '../context.js';

/** How far long work is. */
export interface Progress {
  /**
   * Tells how much is done, and of how much: `null` when nobody knows.
   *
   * @param text what is to be said beside it.
   */
  show(done: number, total: number | null, text?: string): void;
  /** Takes the bar away; what was asked for is printed then. */
  end(): void;
}

const WIDTH = 24;
const BEAT_MS = 500;
/** Nothing is foretold before so much time has passed and so much has been done: the beginning says little. */
const FORETELL_AFTER_MS = 3_000;

/** A bar in the last line of a terminal; where standard error is none, nothing. */
export function startProgress(
  title: string,
  { changeLine, now }: Pick<Context, 'changeLine' | 'now'>,
): Progress {
  const startedAt = now();
  return {
    show(done, total, text = '') {
      const tookMs = now() - startedAt;
      const parts = [title, ...(total === null ? [sofar(done)] : measured(done, total, tookMs))];
      changeLine?.([...parts, ...(text === '' ? [] : [text])].join('  '));
    },
    end: () => changeLine?.(''),
  };
}

/** Shows that something goes on of which nobody knows how far it is, with the time it takes. */
export async function busy<Value>(
  title: string,
  work: () => Promise<Value>,
  context: Pick<Context, 'changeLine' | 'now'>,
): Promise<Value> {
  const startedAt = context.now();
  const progress = startProgress(title, context);
  const tell = () => progress.show(0, null, formatDuration(context.now() - startedAt));
  const beat = setInterval(tell, BEAT_MS);
  tell();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    progress.end();
  }
}

function sofar(done: number): string {
  return done > 0 ? done.toLocaleString('en') : '…';
}

function measured(done: number, total: number, tookMs: number): string[] {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * WIDTH);
  const leftMs = share > 0 ? tookMs / share - tookMs : 0;
  const foretold = tookMs >= FORETELL_AFTER_MS && leftMs > 0 && share >= 0.02;
  return [
    `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`,
    `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    ...(foretold ? [`about ${formatDuration(leftMs)} left`] : []),
  ];
}
