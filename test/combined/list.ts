// For ops/test.sh: the files that run in a process with others, one a line, behind the file that runs them.
import { filesOf, groupNames } from './groups.ts';

for (const group of groupNames)
  for (const file of filesOf(group)) console.log(`test/combined/${group}.ts ${file}`);
