import { ModelError } from '../model-error.ts';

/** Where the user wants a model from. */
export type Source =
  | { readonly kind: 'folder'; readonly dir: string }
  | {
      readonly kind: 'hugging-face' | 'modelscope';
      readonly id: string;
      readonly revision: string | undefined;
    };

const ID = /^[\w][\w.-]*\/[\w][\w.-]*$/;
const PREFIXES = { 'modelscope:': 'modelscope', 'hf:': 'hugging-face' } as const;

/**
 * `org/name` and `hf:org/name` (Hugging Face), `modelscope:org/name`, each with an optional `@revision`; a folder begins
 * with `.`, `/` or `~`.
 * @throws ModelError saying how a source is written.
 */
export function parseSource(text: string): Source {
  if (/^[./~]/.test(text)) return { kind: 'folder', dir: text };
  const prefix = (Object.keys(PREFIXES) as (keyof typeof PREFIXES)[]).find((p) => text.startsWith(p));
  const [id = '', revision, ...rest] = text.slice(prefix?.length ?? 0).split('@');
  if (!ID.test(id) || id.includes('..') || revision === '' || rest.length > 0)
    throw new ModelError(
      `"${text}" is no model: write org/name, modelscope:org/name (both with @revision if need be) or ./folder`,
    );
  return { kind: prefix ? PREFIXES[prefix] : 'hugging-face', id, revision };
}
