/** A text that sorts after every member. */
const LAST = '\uffff';

/**
 * Maximum number of members of a block. A single sorted array would move half of its members for each change, which
 * would take most of the processor time with a wait queue of a hundred thousand Macs.
 */
const MOST_IN_BLOCK = 256;

interface Block {
  readonly members: string[];
  readonly scores: number[];
}

/**
 * Members with scores, in the order of a Redis sorted set: by score, then by member. The class extends `Map`, so its
 * content can be copied and restored like that of the other collections in memory.
 */
export class ScoredSet extends Map<string, number> {
  /** The members in order, in blocks that are never empty. */
  readonly #blocks: Block[] = [];

  override set(member: string, score: number): this {
    const before = this.get(member);
    if (before === score) return this;
    if (before !== undefined) this.#remove(member, before);
    const blocks = this.#blocks;
    if (blocks.length === 0) blocks.push({ members: [], scores: [] });
    const index = Math.min(this.#blockOf(score, member), blocks.length - 1);
    const block = blocks[index];
    if (block !== undefined) {
      const at = positionIn(block, score, member);
      block.members.splice(at, 0, member);
      block.scores.splice(at, 0, score);
      if (block.members.length > MOST_IN_BLOCK) blocks.splice(index + 1, 0, secondHalfOf(block));
    }
    return super.set(member, score);
  }

  override delete(member: string): boolean {
    const score = this.get(member);
    if (score === undefined) return false;
    this.#remove(member, score);
    return super.delete(member);
  }

  override clear(): void {
    this.#blocks.length = 0;
    super.clear();
  }

  /** Returns the members with the lowest scores. */
  first(count: number): readonly string[] {
    const found: string[] = [];
    for (const { members } of this.#blocks) {
      if (found.length >= count) break;
      found.push(...members.slice(0, count - found.length));
    }
    return found;
  }

  /** Returns the score at a position, from 0; `Infinity` when there is none. */
  scoreAt(index: number): number {
    let left = index;
    for (const { scores } of this.#blocks) {
      const score = scores[left];
      if (score !== undefined) return score;
      left -= scores.length;
    }
    return Infinity;
  }

  /** Returns the number of members with a lower score. */
  below(score: number): number {
    return this.#rankOf(score, '');
  }

  /** Returns the number of members with at most this score. */
  upTo(score: number): number {
    return this.#rankOf(score, LAST);
  }

  removeUpTo(score: number): void {
    for (let block = this.#blocks[0]; block !== undefined; block = this.#blocks[0]) {
      const count = positionIn(block, score, LAST);
      if (count === 0) return;
      for (const member of block.members.splice(0, count)) super.delete(member);
      block.scores.splice(0, count);
      if (block.members.length > 0) return;
      this.#blocks.shift();
    }
  }

  #remove(member: string, score: number): void {
    const index = this.#blockOf(score, member);
    const block = this.#blocks[index];
    if (block === undefined) return;
    const at = positionIn(block, score, member);
    block.members.splice(at, 1);
    block.scores.splice(at, 1);
    if (block.members.length === 0) this.#blocks.splice(index, 1);
  }

  #rankOf(score: number, member: string): number {
    const index = this.#blockOf(score, member);
    let rank = 0;
    for (let before = 0; before < index; before += 1) rank += this.#blocks[before]?.members.length ?? 0;
    const block = this.#blocks[index];
    return block === undefined ? rank : rank + positionIn(block, score, member);
  }

  /** Returns the index of the first block whose last member is not before the given score and member. */
  #blockOf(score: number, member: string): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle];
      if (block !== undefined && isBefore(block, block.members.length - 1, score, member)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Returns the number of members of a block that are before the given score and member. */
function positionIn(block: Block, score: number, member: string): number {
  let low = 0;
  let high = block.members.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(block, middle, score, member)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore({ members, scores }: Block, index: number, score: number, member: string): boolean {
  const other = scores[index] ?? Infinity;
  return other < score || (other === score && (members[index] ?? '') < member);
}

/** Removes the second half of a block, and returns it as a new block. */
function secondHalfOf({ members, scores }: Block): Block {
  const half = members.length >> 1;
  return { members: members.splice(half), scores: scores.splice(half) };
}
