import { IconRefresh } from '@tabler/icons-react';
import { useSearchParams } from 'wouter';
import type { State } from '../api/answers.js';
import { useInstance } from '../api/instance.js';
import { useOverview, useRedistributions } from '../api/queries.js';
import { Batches } from '../batches/batches.js';
import { SearchForm } from '../components/filters/search-form.js';
import panel from '../components/layout/card.module.css';
import { Empty } from '../components/feedback/empty.js';
import { Filters } from '../components/filters/filters.js';
import { Loaded } from '../components/feedback/loaded.js';
import { More } from '../components/layout/more.js';
import { Page } from '../components/layout/page.js';
import { STATES, stateLook } from '../components/status/states.js';
import { RedistributionTable } from './list.js';

/** Page with the list of redistributions, filtered by state. The address stores the state. */
export function RedistributionsPage() {
  const { name: instance } = useInstance();
  const [params, setParams] = useSearchParams();
  const state = STATES.find((one) => one === params.get('state')) ?? null;
  const counts = useOverview().data?.instances.find((one) => one.name === instance)?.redistributions.byState;
  return (
    <Page name="Redistributions" title="Redistributions">
      <Batches instance={instance} />
      <SearchForm>
        <Filters
          label="State"
          states={STATES}
          looks={stateLook}
          chosen={state}
          counts={counts}
          choose={(chosen) => setParams(chosen === null ? {} : { state: chosen }, { replace: true })}
        />
      </SearchForm>
      <List instance={instance} state={state} />
    </Page>
  );
}

function List({ instance, state }: { instance: string; state: State | null }) {
  const query = useRedistributions(instance, { state });
  return (
    <Loaded query={query}>
      {(data) => {
        const found = data.pages.flatMap(({ redistributions }) => redistributions);
        return (
          <div className={panel.card}>
            {found.length === 0 ? (
              <Empty
                icon={IconRefresh}
                title={state === null ? 'No renewals yet' : 'No redistributions in this state'}
              >
                {state === null
                  ? 'Renewals start automatically when a certificate is due. You can also start one from a Mac’s page.'
                  : stateLook[state].meaning}
              </Empty>
            ) : (
              <RedistributionTable redistributions={found} />
            )}
            <More query={query} />
          </div>
        );
      }}
    </Loaded>
  );
}
