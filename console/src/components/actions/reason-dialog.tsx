import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/** Modal dialog. Keep it mounted while closed, so that the focus returns to the button that opened it. The content mounts anew at each opening. */
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
