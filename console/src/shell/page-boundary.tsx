import { Button } from '@mantine/core';
import { IconRefreshAlert } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { Empty } from '../components/feedback/empty.js';

/**
 * If a page fails to load, the navigation stays visible. The usual cause is a new version that removed the script
 * of the page. Pass the address as `key`, so the next page starts without the error. React requires a class
 * component for this (error boundary).
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
