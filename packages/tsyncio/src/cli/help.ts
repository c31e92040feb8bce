/** What `tsyncio --help` prints. */
export const HELP: string = `Usage: tsyncio COMMAND

Commands:
  check [FILE…]          report forgotten awaits, and other mistakes that nothing but a look at the program shows
  run FILE [ARGUMENT…]   run a TypeScript or JavaScript program whose async functions are coroutines
  lower FOLDER [-o OUT]  make coroutines of the async functions in what another compiler has put into a folder

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

Exit status: that of the program; 1 after an error that nobody caught; 130 after Ctrl-C, when run() has cleaned up.

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
