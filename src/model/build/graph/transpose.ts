const TILE = 32;

/** Rows × columns, row-major → columns × rows; by tiles, since a stride as long as a row misses every cache. */
export function transpose<Values extends Float32Array | Int8Array>(
  values: Values,
  rows: number,
  columns: number,
): Values {
  const turned = new (values.constructor as new (length: number) => Values)(values.length);
  for (let top = 0; top < rows; top += TILE)
    for (let left = 0; left < columns; left += TILE)
      for (let row = top; row < Math.min(rows, top + TILE); row += 1)
        for (let column = left; column < Math.min(columns, left + TILE); column += 1)
          turned[column * rows + row] = values[row * columns + column] as number;
  return turned;
}
