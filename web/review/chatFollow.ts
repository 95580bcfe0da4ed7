// The chat beside the picture: fetched by time in pieces, kept as long as it is near, and the line that is being said.
// SPDX-License-Identifier: Apache-2.0
import { spokenKinds } from './api';
import { firstAt } from './thin';
import type { Line, Lines } from './wire';

export type Fetch = (from: number, to: number, seqAfter: number | null) => Promise<Lines | null>;

const wanted = 150; // lines a piece holds on average
const mostPages = 8; // of one piece: beyond it is a flood nobody reads
const mostPieces = 24;
const spoken = new Set(spokenKinds);

// So long that a piece has about as many lines as are wanted.
export function pieceLength(comments: number, durationMs: number): number {
  const perMs = comments / Math.max(1, durationMs);
  const length = perMs > 0 ? wanted / perMs : durationMs;
  return Math.round(Math.min(3_600_000, Math.max(10_000, length)));
}

interface Piece {
  lines: Line[];
  isWhole: boolean; // false: it was cut off
}

export class ChatFollow {
  private readonly pieces = new Map<number, Piece>();
  private readonly asked = new Map<number, Promise<boolean>>();

  constructor(
    private readonly fetch: Fetch,
    readonly pieceMs: number,
    private readonly durationMs: number,
  ) {}

  // Reads the piece of `t` and the one after it. False: the program did not answer.
  async need(t: number): Promise<boolean> {
    const at = this.indexOf(t);
    const near = await Promise.all([this.load(at), this.load(at + 1)]);
    // few were said there: what was said before fills the list
    for (let back = 1; back <= 3 && this.upTo(t, 30).length < 30; ++back) if (!(await this.load(at - back))) break;
    return near[0]!;
  }
  has(t: number): boolean {
    return this.pieces.has(this.indexOf(t)) || this.isBeyond(this.indexOf(t));
  }

  // The lines said up to `t`, oldest first, at most `most`, without a hole in time.
  upTo(t: number, most: number): Line[] {
    const out: Line[][] = [];
    let count = 0;
    for (let at = this.indexOf(t); at >= 0 && count < most; --at) {
      const piece = this.pieces.get(at);
      if (!piece && this.isBeyond(at)) continue;
      if (!piece) break;
      const end = firstAt(piece.lines, t + 1, (one) => one.t);
      const lines = piece.lines.slice(Math.max(0, end - (most - count)), end);
      out.unshift(lines);
      count += lines.length;
    }
    return out.flat();
  }
  // And those after it.
  after(t: number, most: number): Line[] {
    const out: Line[] = [];
    for (let at = this.indexOf(t); out.length < most; ++at) {
      const piece = this.pieces.get(at);
      if (!piece) break;
      const begin = firstAt(piece.lines, t + 1, (one) => one.t);
      out.push(...piece.lines.slice(begin, begin + most - out.length));
    }
    return out;
  }

  // An evening that goes on: what was read last may have grown.
  forget(from: number): void {
    for (const at of [...this.pieces.keys()]) if (at >= this.indexOf(from)) this.pieces.delete(at);
  }

  private indexOf(t: number): number {
    return Math.floor(Math.max(0, t) / this.pieceMs);
  }

  private isBeyond(at: number): boolean {
    return at * this.pieceMs > this.durationMs;
  }

  private load(at: number): Promise<boolean> {
    if (at < 0 || this.isBeyond(at)) return Promise.resolve(true);
    const known = this.pieces.get(at);
    if (known) {
      this.pieces.delete(at); // used last: goes last
      this.pieces.set(at, known);
      return Promise.resolve(true);
    }
    let asked = this.asked.get(at);
    if (!asked) {
      asked = this.read(at).finally(() => this.asked.delete(at));
      this.asked.set(at, asked);
    }
    return asked;
  }

  private async read(at: number): Promise<boolean> {
    const piece: Piece = { lines: [], isWhole: false };
    let seq: number | null = null;
    for (let page = 0; page < mostPages; ++page) {
      const answer = await this.fetch(at * this.pieceMs, (at + 1) * this.pieceMs, seq);
      if (!answer) return false;
      for (const line of answer.lines) if (spoken.has(line.kind)) piece.lines.push(line);
      seq = answer.lines.at(-1)?.seq ?? null;
      piece.isWhole = !answer.more || seq === null;
      if (piece.isWhole) break;
    }
    piece.lines.sort((a, b) => a.t - b.t || a.seq - b.seq);
    this.pieces.set(at, piece);
    for (const old of this.pieces.keys()) {
      if (this.pieces.size <= mostPieces) break;
      this.pieces.delete(old);
    }
    return true;
  }
}
