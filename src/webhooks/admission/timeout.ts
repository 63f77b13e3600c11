/** Thrown after a timeout. The operation is not canceled. */
class TimeoutError extends Error {
  constructor(limitMs: number) {
    super(`timed out after ${Math.round(limitMs)} ms`);
    this.name = 'TimeoutError';
  }
}

/**
 * Returns the result of an operation, or rejects after `limitMs` milliseconds. `Promise.race` is not used, because
 * it is slower and every webhook uses this function.
 * @throws TimeoutError after `limitMs`
 */
export function withTimeout<T>(limitMs: number, operation: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeoutError(limitMs)), Math.max(0, limitMs));
    void operation.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
