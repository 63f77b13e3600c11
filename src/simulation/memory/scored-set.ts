/** Sorts after every member. */
const LAST = '\uffff';

/**
 * Members with scores, in the order of a Redis sorted set: by score, then by member. It is a `Map`, so its content
 * can be copied and restored like that of the other collections in memory.
 */
export class ScoredSet extends Map<string, number> {
  readonly #sorted: string[] = [];

  override set(member: string, score: number): this {
    const before = this.get(member);
    if (before === score) return this;
    if (before !== undefined) this.delete(member);
    this.#sorted.splice(this.#indexOf(score, member), 0, member);
    return super.set(member, score);
  }

  override delete(member: string): boolean {
    const score = this.get(member);
    if (score === undefined) return false;
    this.#sorted.splice(this.#indexOf(score, member), 1);
    return super.delete(member);
  }

  override clear(): void {
    this.#sorted.length = 0;
    super.clear();
  }

  /** Returns the members with the lowest scores. */
  first(count: number): readonly string[] {
    return this.#sorted.slice(0, count);
  }

  /** Returns the score at a position, from 0; `Infinity` when there is none. */
  scoreAt(index: number): number {
    return this.get(this.#sorted[index] ?? '') ?? Infinity;
  }

  /** Returns the number of members with a lower score. */
  below(score: number): number {
    return this.#indexOf(score, '');
  }

  /** Number of members with at most this score. */
  upTo(score: number): number {
    return this.#indexOf(score, LAST);
  }

  removeUpTo(score: number): void {
    while (this.size > 0 && this.scoreAt(0) <= score) this.delete(this.#sorted[0] ?? '');
  }

  #indexOf(score: number, member: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.#sorted[middle] ?? '';
      const scoreAt = this.get(at) ?? 0;
      if (scoreAt < score || (scoreAt === score && at < member)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
