import { Button } from '@mantine/core';
import { IconDownload, IconRefresh, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { MacFilter } from '../../api/macs.js';
import { useMayAct } from '../../api/session.js';
import { download } from '../../components/actions/download.js';
import { RedistributeMany } from '../../redistribute/many.js';
import classes from './action-bar.module.css';
import { CSV_HEADER, csvOf } from './csv.js';
import { hasSelection, NO_MACS, type Selection } from './selection.js';
import { useExport } from './use-export.js';
import { type Targets, resolveTargets } from './resolve-targets.js';

/** Bar with the actions for the selected Macs: redistribute, download as CSV. It stays visible while the list scrolls. */
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
  const explanation = useId();
  const gather = useExport(filter, selection);
  const [asking, setAsking] = useState(false);
  const chosen = resolveTargets(filter, selection);
  // The dialog keeps the Macs that were selected when it was opened, even if the list changes in the meantime.
  const [asked, setAsked] = useState<Targets>({ whom: {}, words: '' });
  const whyNot = mayAct
    ? 'whyNot' in chosen && chosen.whyNot
    : 'Your role is viewer. Redistributing requires the operator role.';
  const redistribute = () => {
    if ('whyNot' in chosen) return;
    setAsked(chosen);
    setAsking(true);
  };
  const downloadCsv = () => {
    const parts = [CSV_HEADER];
    gather.begin(
      (macs) => void parts.push(csvOf(macs)),
      () => download(`macs-${filter.instance}.csv`, parts),
    );
  };
  const busy = gather.met !== null;
  return (
    <>
      {hasSelection(selection) && (
        <section className={classes.bar} aria-label="Selected Macs">
          <span className={classes.count} role="status">
            {busy ? `${(gather.met ?? 0).toLocaleString()} Macs read…` : inWords(selection)}
          </span>
          {busy ? (
            <Button size="xs" variant="default" onClick={gather.stop}>
              Stop
            </Button>
          ) : (
            <SelectionButtons
              whyNot={whyNot}
              explanation={explanation}
              redistribute={redistribute}
              downloadCsv={downloadCsv}
              clear={() => choose(NO_MACS)}
            />
          )}
          {whyNot !== false && (
            <span id={explanation} className={classes.whyNot}>
              {whyNot}
            </span>
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
        {...asked}
        close={() => setAsking(false)}
      />
    </>
  );
}

function SelectionButtons({
  whyNot,
  explanation,
  redistribute,
  downloadCsv,
  clear,
}: {
  whyNot: string | false;
  explanation: string;
  redistribute: () => void;
  downloadCsv: () => void;
  clear: () => void;
}) {
  return (
    <>
      <Button
        size="xs"
        leftSection={<IconRefresh size={16} stroke={1.8} aria-hidden />}
        disabled={whyNot !== false}
        aria-describedby={whyNot === false ? undefined : explanation}
        onClick={redistribute}
      >
        Redistribute
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconDownload size={16} stroke={1.8} aria-hidden />}
        onClick={downloadCsv}
      >
        Download CSV
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconX size={16} stroke={1.8} aria-hidden />}
        onClick={clear}
      >
        Clear selection
      </Button>
    </>
  );
}

function inWords({ all, ids }: Selection): string {
  const count = ids.size.toLocaleString();
  if (!all) return `${count} selected`;
  return ids.size === 0 ? 'All matching Macs selected' : `All matching Macs except ${count} selected`;
}
