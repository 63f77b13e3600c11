import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { ApiProblem } from '../../api/client/request.js';
import { Empty } from './empty.js';
import { Sentence } from '../status/sentence.js';

/**
 * Error message that is shown instead of content that could not be loaded. `again` is called when the user selects
 * the button to try again.
 */
export function Failure({ error, again }: { error: unknown; again?: () => void }) {
  const problem =
    error instanceof ApiProblem
      ? error
      : { title: 'Error in the console', message: error instanceof Error ? error.message : String(error) };
  return (
    <div role="alert">
      <Empty icon={IconPlugConnectedX} title={problem.title} tone="bad">
        <Sentence text={problem.message} />
        {again && (
          <p>
            <Button size="xs" variant="default" onClick={again}>
              Try again
            </Button>
          </p>
        )}
      </Empty>
    </div>
  );
}
