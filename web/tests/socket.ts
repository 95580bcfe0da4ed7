// A WebSocket whose other end is the test.
// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';

export class FakeSocket {
  static all: FakeSocket[] = [];
  isClosed = false;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close(): void {
    this.isClosed = true; // a program that hangs does not answer it: no onclose
  }
}

// Every WebSocket of the page from now on is one of these.
export function stubSockets(): void {
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('location', { protocol: 'http:', host: '127.0.0.1:7180' });
  FakeSocket.all = [];
}
