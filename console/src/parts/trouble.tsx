import dialog from './dialog.module.css';

/** Why what was asked for in a dialog was not done. Nothing while there is nothing to say. */
export function Trouble({ text }: { text: string | null | undefined }) {
  if (text === null || text === undefined) return null;
  return (
    <p role="alert" className={dialog.problem}>
      {text}
    </p>
  );
}
