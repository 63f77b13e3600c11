import { IconArrowNarrowDown, IconDeviceLaptopOff, IconZoomQuestion } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { ComputerSummary } from '../api/answers.js';
import { isNarrowed, type MacFilter, orderOf, type Sort, useMacs } from '../api/macs.js';
import panel from '../parts/card.module.css';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { macLook } from '../parts/states.js';
import table from '../parts/table.module.css';
import classes from './mac-list.module.css';
import { MacRow } from './mac-row.js';
import { EVERYBODY, isAnybody, isChosen, NOBODY, type Selection, toggled } from './selection.js';

/** Height of a row before it is measured, pixels. */
const ROW = 53;
/** So many rows beyond what is seen are drawn, and the next page is fetched when so few are left. */
const OVERSCAN = 12;
const LEFT = 30;
const COLUMNS = 6;

interface Shown {
  filter: MacFilter;
  selection: Selection;
  choose: (selection: Selection) => void;
  sort: (sort: Sort | null) => void;
}

/** Macs as a table: who has it, what about its certificate, when it was last heard of. */
export function MacList(shown: Shown) {
  const macs = useMacs(shown.filter);
  return <Loaded query={macs}>{() => <Found macs={macs} {...shown} />}</Loaded>;
}

function Found({ macs, filter, selection, choose, sort }: Shown & { macs: ReturnType<typeof useMacs> }) {
  const found = (macs.data?.pages ?? []).flatMap(({ computers }) => computers);
  const none = found.length === 0;
  return (
    <div className={panel.card}>
      {none && !macs.hasNextPage ? (
        <None filter={filter} />
      ) : (
        <table className={table.table} aria-rowcount={macs.hasNextPage ? -1 : found.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className={classes.choose}>
                <input
                  type="checkbox"
                  aria-label="Choose all that match"
                  title="Choose all that match, not only those that are shown"
                  checked={selection.all}
                  ref={(box) => {
                    if (box) box.indeterminate = isAnybody(selection) && selection.ids.size > 0;
                  }}
                  onChange={() => choose(isAnybody(selection) ? NOBODY : EVERYBODY)}
                />
              </th>
              <Head by="name" filter={filter} sort={sort}>
                Mac
              </Head>
              <Head by="user" filter={filter} sort={sort} wide>
                User
              </Head>
              <th scope="col">Certificate</th>
              <Head by="expiry" filter={filter} sort={sort} wide>
                Expires
              </Head>
              <Head by="contact" filter={filter} sort={sort} wide>
                Last contact
              </Head>
            </tr>
          </thead>
          <Rows found={found} macs={macs} selection={selection} choose={choose} />
        </table>
      )}
      {none && macs.hasNextPage && <p className={classes.looking}>Looking through the fleet…</p>}
      <More query={macs} />
    </div>
  );
}

/** The head of a column by which the list can be put in order; once more for the order of the list itself. */
function Head({
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
      // The latest contact comes first, everything else from the beginning.
      aria-sort={ordered ? (by === 'contact' ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        className={classes.sort}
        disabled={found}
        title={
          found
            ? 'What is found so has the order of the search'
            : `In the order of: ${children.toLowerCase()}`
        }
        onClick={() => sort(ordered ? null : by)}
      >
        {children}
        {ordered && <IconArrowNarrowDown size={14} stroke={2} aria-hidden />}
      </button>
    </th>
  );
}

/** Only the rows that are seen are in the page: a list of thousands costs no more than a short one. */
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
  const near = last >= found.length - LEFT;
  useEffect(() => {
    if (near && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [near, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const before = (rows[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((rows.at(-1)?.end ?? top) - top);
  return (
    <tbody ref={body}>
      <Room height={before} />
      {rows.map(({ index, key }) => {
        const mac = found[index];
        return mac ? (
          <MacRow
            key={key}
            mac={mac}
            index={index}
            measure={virtual.measureElement}
            chosen={isChosen(selection, mac.id)}
            toggle={() => choose(toggled(selection, mac.id))}
          />
        ) : null;
      })}
      <Room height={after} />
    </tbody>
  );
}

/** Stands for rows that are not drawn. */
function Room({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.room}>
      <td colSpan={COLUMNS} style={{ height }} />
    </tr>
  );
}

function None({ filter }: { filter: MacFilter }) {
  const { text, state, blocked, withinDays } = filter;
  if (isNarrowed(filter))
    return (
      <Empty icon={IconZoomQuestion} title="No Mac matches">
        {text !== '' && (
          <p>An id, the beginning of a serial number, or of a word of the name or the user is looked for.</p>
        )}
        {withinDays !== null && <p>No certificate in scope ends within {withinDays} days.</p>}
        {blocked !== null && <p>No redistribution is held back for this reason now.</p>}
        {state !== null && (
          <p>
            Only Macs that are {macLook[state].label.toLowerCase()} are shown: choose All to see the rest.
          </p>
        )}
      </Empty>
    );
  return (
    <Empty icon={IconDeviceLaptopOff} title="No Mac is known yet">
      The first sweep reads the fleet from Jamf Pro: it starts with the worker. If this stays empty, the
      overview says what is wrong.
    </Empty>
  );
}
