import { Textarea } from '@mantine/core';
import { MIN_REASON_LENGTH } from './reason.js';

/** Input field for the reason of an action. `placeholder` is an example of a useful reason. */
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
      description={`Recorded in the audit log with your name. At least ${MIN_REASON_LENGTH} characters.`}
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
