/** What `tsyncio --help` prints. */
export const HELP: string = `Usage: tsyncio COMMAND

Commands:
  check [FILE…]          report forgotten awaits, and other mistakes that nothing but a look at the program shows
  run FILE [ARGUMENT…]   run a TypeScript or JavaScript program whose async functions are coroutines
  repl                   type TypeScript at a prompt, with await, while tasks go on
  lower FOLDER [-o OUT]  make coroutines of the async functions in what another compiler has put into a folder
  ps PID                 show what each task of a running process waits for, on which line, since when
  pstree PID             the same as a tree: who waits for whom, and the rings
  top PID                the same as a live view
  trace FILE [-o OUT]    run a program and draw what its tasks did, as a page for a browser

Options:
  -h, --help             print this
  -v, --version          print the version

tsyncio COMMAND --help tells more about a command.`;

/** What `tsyncio run --help` prints. */
export const RUN_HELP: string = `Usage: tsyncio run [OPTION…] FILE [ARGUMENT…]

Runs a program as \`node FILE ARGUMENT…\` would, with two differences: FILE may be TypeScript, and the async
functions of your own files are coroutines of tsyncio. What is in node_modules stays as it is.

All that follows FILE is given to the program, also what begins with a dash.

Options:
  -h, --help             print this

Exit status: that of the program; 1 after an error that nobody caught; 130 after Ctrl-C, when its tasks have
cleaned up, those of run() and those that it awaits at its top level.

In the environment, TSYNCIO_DEBUG=1 switches debug mode on. What was made of files is kept in node_modules/.cache/tsyncio,
or in the folder that TSYNCIO_CACHE names; TSYNCIO_CACHE=0 keeps nothing.`;

/** What `tsyncio lower --help` prints. */
export const LOWER_HELP: string = `Usage: tsyncio lower FOLDER [-o OUT]

Lowers the JavaScript in FOLDER, as tsc, Babel, SWC and others have put it there: its async functions become coroutines of
tsyncio. Their target has to be ES2017 or later, so that \`async\` is still there. What is in node_modules stays as it
is, and so does a file that begins with // @tsyncio-off. Doing it again changes nothing.

Source maps, inside of the files or beside them, go on to lead to the first source. Lines stay where they are.

Options:
  -o, --out OUT          put the result there, with all other files of FOLDER, and leave FOLDER as it is
  -h, --help             print this

Exit status: 1 where something is wrong, such as the syntax of a file; then nothing has been written.`;

const ATTACHING = `The process needs no preparation: its inspector is opened by SIGUSR1 where it is not open, on the loopback address alone, and closed again
afterwards. On its standard error Node tells of both. While its tasks are read it stands still for some milliseconds.`;

/** What `tsyncio ps --help` prints. */
export const PS_HELP: string = `Usage: tsyncio ps [OPTION…] PID

Shows the unfinished tasks of a running process of Node: what each waits for, on which line, since when. Where the loop is
blocked, it says where. The tasks of worker threads follow.

${ATTACHING}

Options:
  -n, --limit N          so many tasks are shown; default: 100
  -a, --all              all tasks are shown
      --json             print JSON; beyond the limit tasks have no exact lines
      --timeout S        give up after so many seconds without an answer; default: 5
  -h, --help             print this

Exit status: 1 where the process cannot be looked into, 2 where the command line is wrong.`;

/** What `tsyncio pstree --help` prints. */
export const PSTREE_HELP: string = `Usage: tsyncio pstree [OPTION…] PID

Shows the unfinished tasks of a running process of Node as a tree, beneath each task those whose end it waits for; tasks that are much
the same stand together. Below the tree are the tasks that wait for each other in a ring.

${ATTACHING}

Options:
  -n, --limit N          the tree has so many lines; default: 100
  -a, --all              it has as many as it needs
      --json             print JSON; tasks that the tree does not show have no exact lines
      --timeout S        give up after so many seconds without an answer; default: 5
  -h, --help             print this

Exit status: 1 where the process cannot be looked into, 2 where the command line is wrong.`;

/** What `tsyncio top --help` prints. */
export const TOP_HELP: string = `Usage: tsyncio top [OPTION…] PID

Shows the unfinished tasks of a running process of Node, and goes on doing so until one quits.

${ATTACHING}

Keys:
  up, down, page up, page down, home, end       go through the tasks
  s, r                   sort by the next column; the other way round
  /                      show the tasks alone that have a text somewhere; Enter keeps it, Escape shows all again
  space, p               pause, and go on
  q, Ctrl-C              quit

Options:
  -i, --interval S       look every so many seconds; default: 2
      --timeout S        give up after so many seconds without an answer; default: 5
  -h, --help             print this

Exit status: 1 where the process cannot be looked into, 2 where the command line is wrong or there is no terminal.`;

/** What `tsyncio trace --help` prints. */
export const TRACE_HELP: string = `Usage: tsyncio trace [OPTION…] FILE [OPTION…] [--] [ARGUMENT…]

Runs a program as \`tsyncio run FILE ARGUMENT…\` does, with the same exit status, and writes what its tasks did: when each ran,
what it waited for and where, who woke it, who cancelled it, and what held up the event loop. The file is written when the program
ends, however it does: also after an error, after Ctrl-C and by process.exit().

Options stand in front of FILE, or directly behind it; all that follows is given to the program, and so is all behind \`--\`.

Options:
  -o, --out OUT          the file to write; default: trace.html, or trace.json
  -f, --format FORMAT    html (default): one page that needs nothing else, for any browser; it is made by @tsyncio/inspector
                         chrome: JSON for https://ui.perfetto.dev and Chrome's tracing page
      --max-events N     how many events are kept; of what is more, the oldest go; default: 1000000
  -h, --help             print this

What worker threads and other processes do is not in the trace.`;

/** What `tsyncio repl --help` prints. */
export const REPL_HELP: string = `Usage: tsyncio repl

A prompt for TypeScript on a running event loop. Async functions are coroutines, \`await\` stands at the top level, and tasks go on
while you type. All names of tsyncio are in scope; ps() shows the tasks and what each waits for.

Ctrl-C cancels the line that runs, with its clean-ups, and not the session; Ctrl-D ends the session: what is left is
cancelled and awaited.

Options:
  -h, --help             print this

In the environment, TSYNCIO_REPL_HISTORY names the file of the history (default: .tsyncio_repl_history in your home; empty:
none). TSYNCIO_DEBUG=1 switches debug mode on.`;
