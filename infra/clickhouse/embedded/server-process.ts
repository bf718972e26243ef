import { createRequire } from 'node:module';
import { DataType, load, open } from 'ffi-rs';

// The child process in which the embedded server lives. Arguments: the parent's process id, then the `clickhouse` command line.

const [parentPid, ...argv] = process.argv.slice(2);

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

// The kernel ends this process together with its parent, also when that is killed: tables survive it, an orphan would hold
// them and the ports.
open({ library: 'libc', path: 'libc.so.6' });
load({
  library: 'libc',
  funcName: 'prctl',
  retType: DataType.I32,
  paramsType: [DataType.I32, DataType.U64, DataType.U64, DataType.U64, DataType.U64],
  paramsValue: [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0],
});
// The parent may have ended before that took effect.
if (process.ppid !== Number(parentPid)) process.exit(1);

open({
  library: 'chdb',
  path: createRequire(import.meta.url).resolve('@chdb/lib-linux-x64-gnu/libchdb.so'),
});
// Runs until the process is ended by a signal.
load({
  library: 'chdb',
  funcName: 'query_stable_v2',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
});
