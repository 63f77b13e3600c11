/** It took longer than somebody can wait. What was begun goes on. */
class TooLong extends Error {
  constructor(limitMs: number) {
    super(`not done within ${Math.round(limitMs)} ms`);
    this.name = 'TooLong';
  }
}

/**
 * The result of something, if it comes in time.
 *
 * @throws TooLong after `limitMs`
 */
export async function within<T>(limitMs: number, doing: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLong(limitMs)), Math.max(0, limitMs));
  });
  try {
    return await Promise.race([doing, late]);
  } finally {
    clearTimeout(timer);
  }
}
