import { experiments } from '../../chaos/experiments/index.ts';
import { testShortForms } from './chaos/short-forms.ts';

testShortForms(
  'short forms of the chaos experiments that need the cores to themselves',
  experiments.filter(({ sharesCores }) => !sharesCores),
);
