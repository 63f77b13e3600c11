import { Button } from '@mantine/core';
import { IconDownload, IconRefresh, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { isNarrowed, type MacFilter } from '../api/macs.js';
import { useMayAct } from '../api/session.js';
import { download } from '../parts/download.js';
import { RedistributeMany } from '../redistribute/many.js';
import classes from './action-bar.module.css';
import { CSV_HEAD, csvOf } from './csv.js';
import { isAnybody, NOBODY, type Selection } from './selection.js';
import { useGather } from './use-gather.js';

/** What can be done with the Macs that are chosen: redistribute, keep as a file. Stays in sight while the list moves. */
export function ActionBar({
  filter,
  selection,
  choose,
}: {
  filter: MacFilter;
  selection: Selection;
  choose: (selection: Selection) => void;
}) {
  const mayAct = useMayAct();
  const gather = useGather(filter, selection);
  const [ids, setIds] = useState<readonly string[]>([]);
  const [asking, setAsking] = useState(false);
  const redistribute = () => {
    // Who is chosen one by one is known; for *all that match* the list is fetched.
    if (!selection.all) {
      setIds([...selection.ids]);
      setAsking(true);
      return;
    }
    const found: string[] = [];
    gather.begin(
      (macs) => {
        for (const { id } of macs) found.push(id);
      },
      () => {
        setIds(found);
        setAsking(true);
      },
    );
  };
  const keep = () => {
    const parts = [CSV_HEAD];
    gather.begin(
      (macs) => void parts.push(csvOf(macs)),
      () => download(`macs-${filter.instance}.csv`, parts),
    );
  };
  const busy = gather.met !== null;
  return (
    <>
      {isAnybody(selection) && (
        <section className={classes.bar} aria-label="Chosen Macs">
          <span className={classes.count} role="status">
            {busy ? `${(gather.met ?? 0).toLocaleString()} gathered…` : inWords(selection)}
          </span>
          {busy ? (
            <Button size="xs" variant="default" onClick={gather.stop}>
              Stop
            </Button>
          ) : (
            <>
              <Button
                size="xs"
                leftSection={<IconRefresh size={16} stroke={1.8} aria-hidden />}
                disabled={!mayAct || filter.profile === null}
                title={mayAct ? undefined : 'You are a viewer: an operator may redistribute.'}
                onClick={redistribute}
              >
                Redistribute
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconDownload size={16} stroke={1.8} aria-hidden />}
                onClick={keep}
              >
                CSV
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconX size={16} stroke={1.8} aria-hidden />}
                onClick={() => choose(NOBODY)}
              >
                None
              </Button>
            </>
          )}
          {gather.problem !== null && (
            <span role="alert" className={classes.problem}>
              {gather.problem}
            </span>
          )}
        </section>
      )}
      <RedistributeMany
        opened={asking}
        instance={filter.instance}
        profile={filter.profile ?? ''}
        ids={ids}
        whom={whomOf(filter, selection)}
        close={() => setAsking(false)}
      />
    </>
  );
}

function inWords({ all, ids }: Selection): string {
  const count = ids.size.toLocaleString();
  if (!all) return `${count} chosen`;
  return ids.size === 0 ? 'All that match are chosen' : `All that match but ${count} are chosen`;
}

/** For whom it is, in the words of the filter. */
function whomOf(filter: MacFilter, { all }: Selection): string {
  if (!all) return 'The Macs that you have chosen one by one.';
  if (!isNarrowed(filter)) return 'The whole fleet: no filter is set.';
  const { text, state, unknown, blocked, withinDays } = filter;
  const parts = [
    ...(text === '' ? [] : [`found by “${text}”`]),
    ...(state === null ? [] : [`in the state ${state.replaceAll('-', ' ')}`]),
    ...(unknown === null || state !== 'unknown' ? [] : [`because of ${unknown.replaceAll('-', ' ')}`]),
    ...(blocked === null ? [] : [`held back because of ${blocked.replaceAll('-', ' ')}`]),
    ...(withinDays === null ? [] : [`whose certificate ends within ${withinDays} days`]),
  ];
  return `All Macs ${parts.join(', ')}.`;
}
