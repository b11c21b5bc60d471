import { whyDocument } from '../why/render.ts';
import type { CompareReport } from './render.ts';

/** The report as JSON has it. */
export const compareDocument = (report: CompareReport) =>
  report.kind === 'answers' ? report : { ...report, explanation: whyDocument(report.explanation) };
