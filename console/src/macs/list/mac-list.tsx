import { IconArrowNarrowDown, IconDeviceLaptopOff, IconZoomQuestion } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { ComputerSummary } from '../../api/answers.js';
import { isNarrowed, type MacFilter, orderOf, type Sort, useMacs } from '../../api/macs.js';
import panel from '../../components/layout/card.module.css';
import { Empty } from '../../components/feedback/empty.js';
import { Loaded } from '../../components/feedback/loaded.js';
import { More } from '../../components/layout/more.js';
import { macLook } from '../../components/status/states.js';
import table from '../../components/layout/table.module.css';
import classes from './mac-list.module.css';
import { MacRow } from './mac-row.js';
import { ALL_MACS, hasSelection, isSelected, NO_MACS, type Selection, toggleSelection } from './selection.js';

/** Height that is assumed for a row until it is measured, pixels. */
const ROW = 53;
/** Number of rows that are rendered above and below the visible area. */
const OVERSCAN = 12;
/** The next page is loaded when fewer rows than this remain below the visible area. */
const PREFETCH_ROWS = 30;
const COLUMNS = 6;

interface Shown {
  filter: MacFilter;
  selection: Selection;
  choose: (selection: Selection) => void;
  sort: (sort: Sort | null) => void;
}

/** Table of Macs with name, user, certificate status, expiry and last contact. */
export function MacList(shown: Shown) {
  const macs = useMacs(shown.filter);
  return <Loaded query={macs}>{() => <MacTable macs={macs} {...shown} />}</Loaded>;
}

function MacTable({ macs, filter, selection, choose, sort }: Shown & { macs: ReturnType<typeof useMacs> }) {
  const found = (macs.data?.pages ?? []).flatMap(({ computers }) => computers);
  const none = found.length === 0;
  return (
    <div className={panel.card}>
      {none && !macs.hasNextPage ? (
        <EmptyList filter={filter} />
      ) : (
        <table className={table.table} aria-rowcount={macs.hasNextPage ? -1 : found.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className={classes.choose}>
                <input
                  type="checkbox"
                  aria-label="Select all matching Macs"
                  title="Select all matching Macs, including those that are not shown"
                  checked={selection.all}
                  ref={(box) => {
                    if (box) box.indeterminate = hasSelection(selection) && selection.ids.size > 0;
                  }}
                  onChange={() => choose(hasSelection(selection) ? NO_MACS : ALL_MACS)}
                />
              </th>
              <SortHeader by="name" filter={filter} sort={sort}>
                Mac
              </SortHeader>
              <SortHeader by="user" filter={filter} sort={sort} wide>
                User
              </SortHeader>
              <th scope="col">Certificate</th>
              <SortHeader by="expiry" filter={filter} sort={sort} wide>
                Expires
              </SortHeader>
              <SortHeader by="contact" filter={filter} sort={sort} wide>
                Last contact
              </SortHeader>
            </tr>
          </thead>
          <Rows found={found} macs={macs} selection={selection} choose={choose} />
        </table>
      )}
      {none && macs.hasNextPage && <p className={classes.looking}>Searching…</p>}
      <More query={macs} />
    </div>
  );
}

/** Header of a column by which the list can be sorted. Selecting it again restores the default order. */
function SortHeader({
  by,
  filter,
  sort,
  wide = false,
  children,
}: {
  by: Sort;
  filter: MacFilter;
  sort: (sort: Sort | null) => void;
  wide?: boolean;
  children: string;
}) {
  const found = filter.text !== '' || filter.blocked !== null;
  const ordered = orderOf(filter) === by;
  return (
    <th
      scope="col"
      className={wide ? table.wide : undefined}
      // The column of the last contact is sorted in descending order, all other columns in ascending order.
      aria-sort={ordered ? (by === 'contact' ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        className={classes.sort}
        disabled={found}
        title={found ? 'Search results have a fixed order' : `Sort by ${children.toLowerCase()}`}
        onClick={() => sort(ordered ? null : by)}
      >
        {children}
        {ordered && <IconArrowNarrowDown size={14} stroke={2} aria-hidden />}
      </button>
    </th>
  );
}

/** Renders only the visible rows, so a list of thousands of Macs is as fast as a short list. */
function Rows({
  found,
  macs,
  selection,
  choose,
}: Omit<Shown, 'filter' | 'sort'> & { found: readonly ComputerSummary[]; macs: ReturnType<typeof useMacs> }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useEffect(
    () => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY),
    [found.length === 0],
  );
  const virtual = useWindowVirtualizer({
    count: found.length,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => found[index]?.id ?? index,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? -1;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = macs;
  const near = last >= found.length - PREFETCH_ROWS;
  useEffect(() => {
    if (near && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [near, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const before = (rows[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((rows.at(-1)?.end ?? top) - top);
  return (
    <tbody ref={body}>
      <Spacer height={before} />
      {rows.map(({ index, key }) => {
        const mac = found[index];
        return mac ? (
          <MacRow
            key={key}
            mac={mac}
            index={index}
            measure={virtual.measureElement}
            chosen={isSelected(selection, mac.id)}
            toggle={() => choose(toggleSelection(selection, mac.id))}
          />
        ) : null;
      })}
      <Spacer height={after} />
    </tbody>
  );
}

/** Empty row that takes the height of the rows that are not rendered. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.room}>
      <td colSpan={COLUMNS} style={{ height }} />
    </tr>
  );
}

function EmptyList({ filter }: { filter: MacFilter }) {
  const { text, state, blocked, withinDays } = filter;
  if (isNarrowed(filter))
    return (
      <Empty icon={IconZoomQuestion} title="No Macs match">
        {text !== '' && (
          <p>Search matches a Jamf Pro ID, or the start of a serial number, computer name or user name.</p>
        )}
        {withinDays !== null && <p>No certificate in scope expires within {withinDays} days.</p>}
        {blocked !== null && <p>No renewal is currently blocked for this reason.</p>}
        {state !== null && (
          <p>
            Only Macs that are {macLook[state].label.toLowerCase()} are shown. Select All to see the others.
          </p>
        )}
      </Empty>
    );
  return (
    <Empty icon={IconDeviceLaptopOff} title="No Macs yet">
      The first sweep reads the fleet from Jamf Pro when a worker starts. If this list stays empty, see the
      overview.
    </Empty>
  );
}
