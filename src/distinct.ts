import type { z } from 'zod';

/** For superRefine: each item's key stands once; the issue names the place of the second. */
export function distinct<Item>(key: (item: Item) => string) {
  return (items: readonly Item[], ctx: z.RefinementCtx) => {
    const seen = new Set<string>();
    items.forEach((item, i) => {
      if (seen.has(key(item)))
        ctx.addIssue({ code: 'custom', path: [i], message: `"${key(item)}" stands twice` });
      seen.add(key(item));
    });
  };
}
