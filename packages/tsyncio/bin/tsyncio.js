#!/usr/bin/env node
// A file of its own, since npm links commands when it installs, and `dist` is built after that.
import "../dist/node/cli.js";
