/** One server-sent event: its type and its data. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/**
 * Parses server-sent events (HTML Living Standard, section 9.2.6) until the stream ends. Reads only the fields
 * `event` and `data`. Ignores comments, which the service sends to keep the connection open.
 */
export async function* serverSentEvents(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/u);
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split(/\r?\n/u);
      const data = valuesOf('data', lines);
      if (data.length > 0)
        yield { event: valuesOf('event', lines).at(-1) ?? 'message', data: data.join('\n') };
    }
  }
}

function valuesOf(field: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) =>
    line.startsWith(`${field}:`) ? [line.slice(field.length + 1).replace(/^ /u, '')] : [],
  );
}
