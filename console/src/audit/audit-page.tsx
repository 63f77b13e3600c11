import { IconClipboardOff } from '@tabler/icons-react';
import type { AuditEntry } from '../api/answers.js';
import { useAudit } from '../api/queries.js';
import panel from '../parts/card.module.css';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { Pill } from '../parts/pill.js';
import type { Tone } from '../parts/states.js';
import table from '../parts/table.module.css';
import { Time } from '../parts/time.js';

const OUTCOMES: Record<AuditEntry['outcome'], { label: string; tone: Tone; meaning: string }> = {
  done: { label: 'Done', tone: 'good', meaning: 'It was done.' },
  refused: { label: 'Refused', tone: 'soon', meaning: 'It was not allowed, and nothing was changed.' },
  failed: { label: 'Failed', tone: 'bad', meaning: 'It did not work.' },
  begun: { label: 'Begun', tone: 'held', meaning: 'Under way, or Recert was ended in the middle of it.' },
};

const ACTIONS: Record<AuditEntry['action'], string> = {
  redistribute: 'Redistribute',
  'redistribute-scope': 'Whole scope',
  cancel: 'Cancel',
  pause: 'Pause',
  resume: 'Resume',
  sweep: 'Sweep',
  replay: 'Replay',
  'sign-in': 'Sign in',
  'sign-out': 'Sign out',
  'token-issue': 'Make a token',
  'token-revoke': 'Revoke a token',
};

/** What people did: who, what, why, on how many Macs, what came of it. */
export function AuditPage() {
  const audit = useAudit();
  return (
    <Page name="Audit" title="Audit">
      <Trail audit={audit} />
    </Page>
  );
}

function Trail({ audit }: { audit: ReturnType<typeof useAudit> }) {
  return (
    <Loaded query={audit}>
      {(data) => {
        const entries = data.pages.flatMap((page) => page.entries);
        return (
          <div className={panel.card}>
            {entries.length === 0 ? (
              <Empty icon={IconClipboardOff} title="Nobody has done anything yet">
                Whatever a person does is kept here, with the reason they gave.
              </Empty>
            ) : (
              <table className={table.table}>
                <thead>
                  <tr>
                    <th scope="col">When</th>
                    <th scope="col">Who</th>
                    <th scope="col">What</th>
                    <th scope="col" className={table.wide}>
                      Why
                    </th>
                    <th scope="col">Outcome</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <Row key={entry.id} entry={entry} />
                  ))}
                </tbody>
              </table>
            )}
            <More query={audit} />
          </div>
        );
      }}
    </Loaded>
  );
}

function Row({
  entry: { at, who, role, action, instance, reason, computers, subjects, outcome, result },
}: {
  entry: AuditEntry;
}) {
  const look = OUTCOMES[outcome];
  return (
    <tr>
      <td className={table.nowrap}>
        <Time at={at} />
      </td>
      <td>
        <b>{who}</b>
        <div className={table.soft}>{role}</div>
      </td>
      <td>
        {ACTIONS[action]}
        {computers > 0 && ` ${computers === 1 ? '1 Mac' : `${computers} Macs`}`}
        <div className={table.soft}>
          {[
            instance,
            subjects.slice(0, 3).join(', '),
            subjects.length > 3 ? `and ${subjects.length - 3} more` : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </div>
        <div className={table.narrow}>{reason}</div>
      </td>
      <td className={table.wide}>{reason || '–'}</td>
      <td>
        <Pill tone={look.tone} label={look.label} title={look.meaning} />
        <div className={`${table.soft} ${table.wide}`}>{result}</div>
      </td>
    </tr>
  );
}
