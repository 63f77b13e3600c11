/** Something that will happen at a time; the sequence keeps those of one instant in order. */
export interface Entry {
  at: number;
  readonly sequence: number;
  /** Null once it is cancelled: taking it out of the heap would cost more than skipping it. */
  run: (() => void) | null;
}

/** A queue of entries, earliest first, first scheduled first among equals. */
export interface Schedule {
  readonly size: number;
  add(at: number, run: () => void): Entry;
  cancel(entry: Entry): void;
  /** The earliest that is not cancelled, left where it is. */
  peek(): Entry | undefined;
  take(): Entry | undefined;
  /** Moves every time. */
  remap(map: (at: number) => number): void;
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

/** A binary heap: one timer then serves any number of Macs. */
export function createSchedule(): Schedule {
  const heap: Entry[] = [];
  let sequence = 0;
  let live = 0;

  const put = (index: number, entry: Entry) => {
    heap[index] = entry;
  };
  const rise = (from: number, entry: Entry) => {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || !before(entry, parent)) break;
      put(index, parent);
      index = parentIndex;
    }
    put(index, entry);
  };
  const sink = (entry: Entry) => {
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      if (!child) break;
      const right = heap[childIndex + 1];
      if (right && before(right, child)) {
        childIndex += 1;
        child = right;
      }
      if (!before(child, entry)) break;
      put(index, child);
      index = childIndex;
    }
    put(index, entry);
  };
  const removeFirst = () => {
    const first = heap[0];
    const last = heap.pop();
    if (last && heap.length > 0) sink(last);
    return first;
  };
  const peek = () => {
    while (heap[0]?.run === null) removeFirst();
    return heap[0];
  };

  return {
    get size() {
      return live;
    },
    add: (at, run) => {
      const entry: Entry = { at, sequence: (sequence += 1), run };
      live += 1;
      rise(heap.length, entry);
      return entry;
    },
    cancel: (entry) => {
      if (entry.run === null) return;
      entry.run = null;
      live -= 1;
    },
    peek,
    take: () => {
      if (!peek()) return undefined;
      live -= 1;
      return removeFirst();
    },
    remap: (map) => {
      for (const entry of heap) entry.at = map(entry.at);
      // Times that were apart may now be equal: a sorted array is a heap whatever happened.
      heap.sort((a, b) => (before(a, b) ? -1 : 1));
    },
  };
}
