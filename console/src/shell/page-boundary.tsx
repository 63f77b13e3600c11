import { Button } from '@mantine/core';
import { IconRefreshAlert } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { Empty } from '../components/feedback/empty.js';

/**
 * Error boundary around a page: if the page fails to load, the navigation stays visible. The usual cause is a new
 * version that removed the script of the page. Pass the address as `key`, so that the next page starts without the
 * error. React supports error boundaries only as class components.
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
        <Empty icon={IconRefreshAlert} title="This page failed to load" tone="bad">
          <p>Recert may have been updated while this tab was open. Reload to get the new version.</p>
          <Button size="xs" variant="default" onClick={() => location.reload()}>
            Reload
          </Button>
        </Empty>
      </div>
    );
  }
}
