import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/** A dialog. It stays when it is closed, so that the focus goes back to where it came from; what is in it begins anew each time. */
export function AskDialog({
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
