/** An event of a Mac, with its time. `data` shows whether the event is still current when it occurs. */
export interface Happening {
  at: number;
  kind: number;
  mac: number;
  data: number;
}

/** Queue of simulated events, earliest first. Events at the same time are in the order in which they were added. */
export interface Events {
  add(at: number, kind: number, mac: number, data: number): void;
  /** Removes and returns the next event; `null` when the queue is empty. The same object is reused for each call. */
  next(): Readonly<Happening> | null;
  /** Time of the next event; `Infinity` when the queue is empty. */
  firstAt(): number;
  size(): number;
}

const FIRST_ROOM = 1 << 16;

/**
 * Creates a queue: a binary heap in typed arrays. One year of 100,000 Macs has about ten million events, which would
 * take 1 GiB of memory as objects.
 */
export function createEvents(): Events {
  let at = new Float64Array(FIRST_ROOM);
  let order = new Float64Array(FIRST_ROOM);
  let kind = new Uint8Array(FIRST_ROOM);
  let mac = new Int32Array(FIRST_ROOM);
  let data = new Int32Array(FIRST_ROOM);
  let size = 0;
  let added = 0;
  const given: Happening = { at: 0, kind: 0, mac: 0, data: 0 };

  const grow = () => {
    const room = size * 2;
    const wider = <Typed extends { set(from: Typed): void }>(to: Typed, from: Typed): Typed => {
      to.set(from);
      return to;
    };
    at = wider(new Float64Array(room), at);
    order = wider(new Float64Array(room), order);
    kind = wider(new Uint8Array(room), kind);
    mac = wider(new Int32Array(room), mac);
    data = wider(new Int32Array(room), data);
  };
  const copy = (from: number, to: number) => {
    at[to] = at[from] ?? 0;
    order[to] = order[from] ?? 0;
    kind[to] = kind[from] ?? 0;
    mac[to] = mac[from] ?? 0;
    data[to] = data[from] ?? 0;
  };
  const isBefore = (one: number, otherAt: number, otherOrder: number) => {
    const oneAt = at[one] ?? 0;
    return oneAt < otherAt || (oneAt === otherAt && (order[one] ?? 0) < otherOrder);
  };

  return {
    add(eventAt, eventKind, eventMac, eventData) {
      if (size === at.length) grow();
      let hole = size;
      size += 1;
      added += 1;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (isBefore(parent, eventAt, added)) break;
        copy(parent, hole);
        hole = parent;
      }
      at[hole] = eventAt;
      order[hole] = added;
      kind[hole] = eventKind;
      mac[hole] = eventMac;
      data[hole] = eventData;
    },
    next() {
      if (size === 0) return null;
      given.at = at[0] ?? 0;
      given.kind = kind[0] ?? 0;
      given.mac = mac[0] ?? 0;
      given.data = data[0] ?? 0;
      size -= 1;
      const lastAt = at[size] ?? 0;
      const lastOrder = order[size] ?? 0;
      let hole = 0;
      for (;;) {
        let child = 2 * hole + 1;
        if (child >= size) break;
        if (child + 1 < size && isBefore(child + 1, at[child] ?? 0, order[child] ?? 0)) child += 1;
        if (!isBefore(child, lastAt, lastOrder)) break;
        copy(child, hole);
        hole = child;
      }
      copy(size, hole);
      return given;
    },
    firstAt: () => (size === 0 ? Infinity : (at[0] ?? Infinity)),
    size: () => size,
  };
}
