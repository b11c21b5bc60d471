import { readFileSync, writeFileSync } from 'node:fs';
import { type Document, parseDocument } from 'yaml';
import { usageError } from '../cli-error.ts';
import type { Proposal } from './proposals.ts';

export interface ThresholdsFile {
  readonly path: string;
  readonly text: string;
  readonly document: Document;
}

/** @throws CliError when it can't be read or holds no thresholds */
export function readThresholds(path: string): ThresholdsFile {
  try {
    const text = readFileSync(path, 'utf8');
    const document = parseDocument(text);
    const [fault] = document.errors;
    if (fault) throw fault;
    if (!document.hasIn(['thresholds'])) throw new Error('no entry thresholds');
    return { path, text, document };
  } catch (error) {
    const reason = (error as Error).message.split('\n', 1)[0];
    throw usageError(`${path}: ${reason}`, `${path}：${reason}`);
  }
}

/** The file with proposed values and what was measured beside them; comments stay. */
export function withProposals({ text }: ThresholdsFile, proposals: readonly Proposal[]): string {
  const document = parseDocument(text);
  for (const { name, measured, value } of proposals) {
    if (!document.hasIn(['thresholds', name])) continue;
    document.setIn(['thresholds', name, 'measured'], measured);
    if (value !== undefined) document.setIn(['thresholds', name, 'value'], value);
  }
  return document.toString({ lineWidth: 0 });
}

export const numberIn = (
  { document }: ThresholdsFile,
  name: string,
  field: 'value' | 'measured',
): number | undefined => {
  const value = document.getIn(['thresholds', name, field]);
  return typeof value === 'number' ? value : undefined;
};

export const writeThresholds = ({ path }: ThresholdsFile, text: string) => writeFileSync(path, text);
