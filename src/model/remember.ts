/** A Chinese text uses some thousands of characters and words, a hostile one all that there are. */
const ENTRIES = 8192;

/** The same function, which remembers what it gave; when that is too much, it forgets all of it. */
export function remember<Value extends object>(compute: (key: string) => Value): (key: string) => Value {
  const remembered = new Map<string, Value>();
  return (key) => {
    let value = remembered.get(key);
    if (value) return value;
    value = compute(key);
    if (remembered.size === ENTRIES) remembered.clear();
    remembered.set(key, value);
    return value;
  };
}
