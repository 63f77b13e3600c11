import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/**
 * Modal dialog for an action. It must stay mounted while it is closed, so the focus returns to the button that
 * opened it. Its content is mounted again each time it opens.
 */
export function ReasonDialog({
  opened,
  close,
  title,
  children,
}: {
  opened: boolean;
  close: () => void;
  title: string;
  children: ReactNode;
}) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  );
}
