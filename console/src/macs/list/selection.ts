/** Which Macs of the filtered list are selected: some Macs, or all except some. */
export interface Selection {
  all: boolean;
  /** IDs of the selected Macs. With `all`, IDs of the Macs that are not selected. */
  ids: ReadonlySet<string>;
}

export const NO_MACS: Selection = { all: false, ids: new Set() };
export const ALL_MACS: Selection = { all: true, ids: new Set() };

/** Whether the Mac with this ID is selected. */
export function isSelected({ all, ids }: Selection, id: string): boolean {
  return all !== ids.has(id);
}

/** Whether any Mac is selected. */
export function hasSelection({ all, ids }: Selection): boolean {
  return all || ids.size > 0;
}

/** Returns the selection after one Mac is selected or deselected. */
export function toggleSelection({ all, ids }: Selection, id: string): Selection {
  const after = new Set(ids);
  if (!after.delete(id)) after.add(id);
  return { all, ids: after };
}
