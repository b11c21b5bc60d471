/** Frames come each second: without one for this long the connection is taken for dead. */
const SILENCE_MS = 8000;
const RETRY_MS = 1000;

/**
 * Follows the primary: its event stream, and the history whenever the stream begins anew. Connects again for ever.
 * @param {{
 *   onHistory: (hello: object, rows: Float32Array, lastFine: number, lastCoarse: number) => void,
 *   onFrame: (frame: object) => void,
 *   onState: (state: 'live' | 'lost') => void,
 * }} listener
 */
export function followPrimary({ onHistory, onFrame, onState }) {
  let source;
  let silence;
  let connection = 0;

  function connect() {
    const mine = ++connection;
    const early = [];
    let loaded = false;
    const lost = () => {
      if (mine !== connection) return;
      connection++;
      source.close();
      clearTimeout(silence);
      onState('lost');
      setTimeout(connect, RETRY_MS);
    };
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(lost, SILENCE_MS);
    };
    const deliver = (frame) => {
      onFrame(frame);
      onState('live');
    };

    source = new EventSource('/board/stream');
    heard();
    source.addEventListener('error', lost);
    source.addEventListener('frame', (event) => {
      heard();
      const frame = JSON.parse(event.data);
      if (loaded) deliver(frame);
      else early.push(frame);
    });
    source.addEventListener('hello', async (event) => {
      heard();
      const hello = JSON.parse(event.data);
      try {
        const answer = await fetch('/board/history');
        if (!answer.ok || answer.headers.get('X-Board-Instance') !== hello.instance) return lost();
        const rows = new Float32Array(await answer.arrayBuffer());
        if (mine !== connection) return;
        const lastFine = Number(answer.headers.get('X-Board-Last-Fine'));
        onHistory(hello, rows, lastFine, Number(answer.headers.get('X-Board-Last-Coarse')));
        loaded = true;
        for (const frame of early) if (frame.second > lastFine) deliver(frame);
      } catch {
        lost();
      }
    });
  }

  connect();
}

/** JSON has no NaN: a null in a row stands for it. */
export const rowOf = ({ row }) => Float64Array.from(row, (value) => value ?? Number.NaN);
