import { spawn } from 'node:child_process';

// Calls itself as its first argument says, forks another for the next, and prints the pid of the last.
const [title, ...rest] = process.argv.slice(2);
process.title = title;
if (rest.length === 0) process.stdout.write(`${process.pid}\n`);
else spawn(process.execPath, [process.argv[1], ...rest], { stdio: ['pipe', 'inherit', 'inherit'] });
process.stdin.on('end', () => process.exit()).resume();
