// The program in a <video>: pieces of the socket go into MediaSource, and what is shown stays near the newest of them.
// SPDX-License-Identifier: Apache-2.0

export type Way = 'pieces' | 'playlist' | 'stills';

type SourceClass = { new (): MediaSource; isTypeSupported(type: string): boolean };

// The iPhone has the managed kind alone, and only since iOS 17.
function sourceClass(): SourceClass | undefined {
  const window_ = globalThis as unknown as { ManagedMediaSource?: SourceClass; MediaSource?: SourceClass };
  return window_.MediaSource ?? window_.ManagedMediaSource;
}

const anyProgram = 'video/mp4; codecs="avc1.640028, mp4a.40.2"';

export const takesPieces = (): boolean => sourceClass()?.isTypeSupported(anyProgram) ?? false;

export function wayFor(video: HTMLVideoElement): Way {
  if (takesPieces()) return 'pieces';
  return video.canPlayType('application/vnd.apple.mpegurl') ? 'playlist' : 'stills';
}

const edge = 0.25; // seconds kept ahead of what is shown
const catchUpFrom = 0.6;
const jumpFrom = 1.5;
const keptBehind = 8;

export interface Steering {
  seek: number | null;
  rate: number;
}
// What to do at `now` when `from` to `to` are there without a hole.
export function steer(now: number, from: number, to: number): Steering {
  const lag = to - now;
  if (now < from || lag > jumpFrom) return { seek: Math.max(from, to - edge), rate: 1 };
  return { seek: null, rate: lag > catchUpFrom ? 1.05 : 1 };
}

const steerEveryMs = 200;
const mostWaiting = 8 << 20; // bytes

export class Player {
  private source: MediaSource | null = null;
  private buffer: SourceBuffer | null = null;
  private url = '';
  private waiting: ArrayBuffer[] = [];
  private waitingBytes = 0;
  private readonly timer = setInterval(() => this.steer(), steerEveryMs);

  // `broken`: the pieces cannot be used any more, come anew.
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly broken: () => void,
  ) {}

  // What follows is another run, of this type.
  begin(mime: string): void {
    this.end();
    const Source = sourceClass();
    if (!Source?.isTypeSupported(mime)) return;
    const source = new Source();
    this.source = source;
    source.addEventListener(
      'sourceopen',
      () => {
        if (this.source !== source) return;
        this.buffer = source.addSourceBuffer(mime);
        this.buffer.addEventListener('updateend', () => this.append());
        this.append();
      },
      { once: true },
    );
    this.url = URL.createObjectURL(source);
    this.video.disableRemotePlayback = true; // the managed kind asks for it
    this.video.src = this.url;
  }

  take(piece: ArrayBuffer): void {
    if (!this.source) return;
    this.waiting.push(piece);
    this.waitingBytes += piece.byteLength;
    if (this.waitingBytes > mostWaiting) return this.broken(); // a page that slept
    this.append();
  }

  end(): void {
    this.waiting = [];
    this.waitingBytes = 0;
    this.buffer = null;
    this.source = null;
    if (!this.url) return;
    URL.revokeObjectURL(this.url);
    this.url = '';
    this.video.removeAttribute('src');
    this.video.load();
  }

  close(): void {
    clearInterval(this.timer);
    this.end();
  }

  private append(): void {
    const { buffer } = this;
    if (!buffer || buffer.updating) return;
    try {
      const old = this.video.currentTime - keptBehind;
      if (buffer.buffered.length > 0 && buffer.buffered.start(0) < old - keptBehind) return buffer.remove(0, old);
      const next = this.waiting.shift();
      if (!next) return;
      this.waitingBytes -= next.byteLength;
      buffer.appendBuffer(next);
    } catch {
      this.broken();
    }
  }

  private steer(): void {
    const { video, buffer } = this;
    if (!buffer || video.error) return video.error && this.source ? this.broken() : undefined;
    const { length } = video.buffered;
    if (length === 0 || video.seeking) return;
    const { seek, rate } = steer(video.currentTime, video.buffered.start(length - 1), video.buffered.end(length - 1));
    if (seek !== null) video.currentTime = seek;
    if (video.playbackRate !== rate) video.playbackRate = rate;
  }
}
