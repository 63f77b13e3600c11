/** A scheduled event. `at` is epoch milliseconds; `sequence` orders events with the same time. */
export interface Entry {
  at: number;
  readonly sequence: number;
  /** `null` after the event was canceled, because skipping an entry is faster than removing it from the heap. */
  run: (() => void) | null;
}

/** A priority queue of events by time, then by order of scheduling. */
export interface Schedule {
  readonly size: number;
  add(at: number, run: () => void): Entry;
  cancel(entry: Entry): void;
  /** The next entry that is not canceled; the queue does not change. */
  peek(): Entry | undefined;
  /** Removes and returns the next entry. */
  take(): Entry | undefined;
  /** Changes the time of every entry. */
  remap(map: (at: number) => number): void;
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

/** Creates a schedule as a binary heap, so that a single timer serves any number of Macs. */
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
      // Different times may become equal, so the heap is rebuilt: a sorted array is a valid heap.
      heap.sort((a, b) => (before(a, b) ? -1 : 1));
    },
  };
}
