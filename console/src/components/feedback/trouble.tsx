import dialog from '../layout/dialog.module.css';
import { Sentence } from '../status/sentence.js';

/** Error message in a dialog. Renders nothing if there is no text. */
export function Trouble({ text }: { text: string | null | undefined }) {
  if (text === null || text === undefined) return null;
  return (
    <p role="alert" className={dialog.problem}>
      <Sentence text={text} />
    </p>
  );
}
