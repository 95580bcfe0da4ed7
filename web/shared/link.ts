// A WebSocket that comes back every two seconds for as long as it is wanted. A program that hangs does not close: silence
// is taken for the end.
// SPDX-License-Identifier: Apache-2.0

export const retryMs = 2000;

export interface LinkEvents {
  opened?: () => void;
  message: (data: string | ArrayBuffer) => void;
  lost?: (code?: number) => void; // of the close, when there was one
}

export class Link {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private isWanted = false;

  // `silenceMs`: so long without a message, or an answer to connecting, is a loss; Infinity where silence means nothing.
  constructor(
    private readonly path: string | (() => string), // asked anew at each connection
    private readonly events: LinkEvents,
    private readonly silenceMs = Infinity,
  ) {}

  open(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.connect();
  }

  close(): void {
    this.isWanted = false;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  // False while there is no connection.
  send(text: string): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(text);
    return true;
  }

  private connect(): void {
    const path = typeof this.path === 'string' ? this.path : this.path();
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}${path}`);
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.events.opened?.();
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (this.socket !== socket) return;
      this.listen(socket);
      this.events.message(event.data);
    };
    socket.onclose = (event?: CloseEvent) => this.lose(socket, event?.code);
    this.listen(socket);
  }

  private listen(socket: WebSocket): void {
    clearTimeout(this.silence);
    if (this.silenceMs < Infinity) this.silence = setTimeout(() => this.lose(socket), this.silenceMs);
  }

  private lose(socket: WebSocket, code?: number): void {
    if (this.socket !== socket) return;
    this.socket = null;
    clearTimeout(this.silence);
    socket.close();
    this.timer = setTimeout(() => this.connect(), retryMs);
    this.events.lost?.(code);
  }
}
