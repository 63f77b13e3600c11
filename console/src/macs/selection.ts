/** Which of the Macs that match are chosen: some of them, or all but some. */
export interface Selection {
  all: boolean;
  /** Ids of those that are chosen; with `all`, of those that are not. */
  ids: ReadonlySet<string>;
}

export const NOBODY: Selection = { all: false, ids: new Set() };
export const EVERYBODY: Selection = { all: true, ids: new Set() };

/** Whether a Mac is chosen. */
export function isChosen({ all, ids }: Selection, id: string): boolean {
  return all !== ids.has(id);
}

/** Whether anybody is. */
export function isAnybody({ all, ids }: Selection): boolean {
  return all || ids.size > 0;
}

/** The selection with one Mac chosen or not. */
export function toggled({ all, ids }: Selection, id: string): Selection {
  const after = new Set(ids);
  if (!after.delete(id)) after.add(id);
  return { all, ids: after };
}
