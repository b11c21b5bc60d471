/**
 * Symmetric integer codes of each row: value ≈ code × step.
 * @param levels the largest code; 63 for matrix products (the u8 × s8 kernels of x86 without VNNI saturate above), 127
 * for tables.
 */
export function quantizeRows(values: Float32Array, rows: number, columns: number, levels: number) {
  const codes = new Int8Array(values.length);
  const steps = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const from = row * columns;
    let largest = 0;
    for (let i = from; i < from + columns; i += 1) largest = Math.max(largest, Math.abs(values[i] as number));
    // A row of zeros keeps the codes 0.
    const step = Math.max(largest / levels, 1e-12);
    steps[row] = step;
    for (let i = from; i < from + columns; i += 1) codes[i] = Math.round((values[i] as number) / step);
  }
  return { codes, steps };
}
