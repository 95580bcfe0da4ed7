// A WebSocket whose other end is the test.
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, vi } from 'vitest';

export class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readonly readyState = 1;
  readonly sent: string[] = [];
  isClosed = false;
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true; // a program that hangs does not answer it: no onclose
  }
}

// In each test of the file every WebSocket of the page is one of these, and time is the test's.
export function withFakeSockets(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('WebSocket', FakeSocket);
    vi.stubGlobal('location', { protocol: 'http:', host: '127.0.0.1:7180' });
    FakeSocket.all = [];
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}
