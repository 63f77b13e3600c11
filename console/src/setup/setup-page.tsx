import { useInstance } from '../api/instance.js';
import { useOverview } from '../api/queries.js';
import { Card } from '../components/layout/card.js';
import { Page } from '../components/layout/page.js';
import { Checklist } from './checklist.js';

/** Page with the steps from an empty installation to the first verified renewal, and their current state. */
export function SetupPage() {
  const { name } = useInstance();
  const { data: overview } = useOverview();
  const instance = overview?.instances.find((one) => one.name === name);
  if (!instance) return null;
  const { setup } = instance;
  const left = setup.filter(({ done }) => !done).length;
  return (
    <Page
      name="Set-up"
      title="Set-up"
      under={
        left === 0
          ? 'All steps are complete.'
          : 'The steps from the installation to the first verified renewal. They update automatically.'
      }
    >
      <Card title={`${setup.length - left} of ${setup.length} steps complete`}>
        <Checklist steps={setup} />
      </Card>
    </Page>
  );
}
