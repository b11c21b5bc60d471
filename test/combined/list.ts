// For ops/test.sh: the files that run in a process with others, one a line.
import { combinedFiles } from './groups.ts';

console.log(combinedFiles().join('\n'));
