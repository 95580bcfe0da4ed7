// A WebSocket that comes back every two seconds for as long as it is wanted.
// SPDX-License-Identifier: Apache-2.0

export const retryMs = 2000;

export interface LinkEvents {
  opened?: () => void;
  message: (data: string | ArrayBuffer) => void;
  lost?: () => void;
}

export class Link {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isWanted = false;

  constructor(
    private readonly path: string,
    private readonly events: LinkEvents,
  ) {}

  open(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.connect();
  }

  close(): void {
    this.isWanted = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private connect(): void {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.events.opened?.();
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (this.socket === socket) this.events.message(event.data);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.events.lost?.();
      if (this.isWanted) this.timer = setTimeout(() => this.connect(), retryMs);
    };
  }
}
