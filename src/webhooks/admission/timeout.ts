/** It took longer than somebody can wait. What was begun goes on. */
class TooLong extends Error {
  constructor(limitMs: number) {
    super(`not done within ${Math.round(limitMs)} ms`);
    this.name = 'TooLong';
  }
}

/**
 * The result of something, if it comes in time. By hand: `Promise.race` costs more, and every webhook comes through here.
 *
 * @throws TooLong after `limitMs`
 */
export function within<T>(limitMs: number, doing: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TooLong(limitMs)), Math.max(0, limitMs));
    void doing.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
