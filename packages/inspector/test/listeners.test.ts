import assert from "node:assert/strict";
import { describe, test } from "node:test";

/** No part of the package's face. */
const { parseLsof, parseNetstat } = (await import(new URL("../../dist/attach/listeners.js", import.meta.url).href)) as {
  parseLsof(text: string): string[];
  parseNetstat(text: string, pid: number): string[];
};

describe("where a process listens, as other platforms tell it", () => {
  test("lsof: each address by which its own machine reaches it", () => {
    const text = "p4711\nf19\nn127.0.0.1:9229\nf21\nn*:8080\nf22\nn[::1]:3000\nf23\nn192.168.0.7:22\n";
    assert.deepEqual(parseLsof(text), ["127.0.0.1:9229", "127.0.0.1:8080", "[::1]:3000"]);
    assert.deepEqual(parseLsof(""), []);
  });

  test("netstat: the listening sockets of the process, in any language", () => {
    const text = `
Aktive Verbindungen

  Proto  Lokale Adresse         Remoteadresse          Status           PID
  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         912
  TCP    0.0.0.0:8080           0.0.0.0:0              ABHÖREN         4711
  TCP    127.0.0.1:9229         0.0.0.0:0              ABHÖREN         4711
  TCP    127.0.0.1:9229         127.0.0.1:50312        HERGESTELLT     4711
  TCP    [::1]:3000             [::]:0                 ABHÖREN         4711
`.replaceAll("\n", "\r\n");
    assert.deepEqual(parseNetstat(text, 4711), ["127.0.0.1:8080", "127.0.0.1:9229", "[::1]:3000"]);
    assert.deepEqual(parseNetstat(text, 1), []);
  });
});
