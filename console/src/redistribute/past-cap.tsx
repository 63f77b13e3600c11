import { Checkbox } from '@mantine/core';

/** The one rail that a person may go past here. */
export function PastCap({
  checked,
  change,
  disabled = false,
}: {
  checked: boolean;
  change: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <Checkbox
      label="Go past the hourly cap on new certificates"
      disabled={disabled}
      checked={checked}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  );
}
