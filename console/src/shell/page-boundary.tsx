import { Button } from '@mantine/core';
import { IconRefreshAlert } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { Empty } from '../parts/empty.js';

/**
 * Keeps a page that cannot be shown from taking the rest with it: mostly its script is gone, because a new version has been installed.
 * Give it the address as `key`, so that the next page starts anew. React has no way to do this but a class.
 */
export class PageBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div role="alert">
        <Empty icon={IconRefreshAlert} title="This page could not be shown" tone="bad">
          <p>
            Recert may have been updated while this tab was open. Loading it again fetches the new version.
          </p>
          <Button size="xs" variant="default" onClick={() => location.reload()}>
            Load again
          </Button>
        </Empty>
      </div>
    );
  }
}
