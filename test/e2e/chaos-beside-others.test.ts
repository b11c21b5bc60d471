import { experiments } from '../../chaos/experiments/index.ts';
import { testShortForms } from './chaos/short-forms.ts';

testShortForms(
  'short forms of the chaos experiments that have time to spare',
  experiments.filter(({ sharesCores }) => sharesCores),
);
