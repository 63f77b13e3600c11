import { Textarea } from '@mantine/core';

/** Asks why somebody acts. `placeholder`: what a good reason names. */
export function ReasonField({
  value,
  change,
  placeholder,
  disabled = false,
}: {
  value: string;
  change: (reason: string) => void;
  placeholder?: string;
  disabled?: boolean;
}) {
  return (
    <Textarea
      label="Reason"
      description="Kept in the audit trail, with your name."
      {...(placeholder === undefined ? {} : { placeholder })}
      autosize
      minRows={2}
      maxLength={500}
      data-autofocus
      disabled={disabled}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
