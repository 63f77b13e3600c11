import { Link } from 'wouter';
import type { SetupStep } from '../api/answers.js';
import { Card } from '../components/layout/card.js';
import { Checklist } from './checklist.js';

/** Shows the next step of the setup; nothing when all steps are complete. */
export function SetupCard({ steps }: { steps: readonly SetupStep[] }) {
  const next = steps.find(({ done }) => !done);
  if (next === undefined) return null;
  const completed = steps.filter(({ done }) => done).length;
  return (
    <Card
      title="Set-up"
      aside={
        <>
          {completed} of {steps.length} steps complete · <Link href="/setup">View all steps</Link>
        </>
      }
    >
      <Checklist steps={[next]} />
    </Card>
  );
}
