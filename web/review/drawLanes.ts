// Draws the lanes onto a canvas. One call a frame; what it costs depends on the width of the screen, not on the evening.
// SPDX-License-Identifier: Apache-2.0
import { stepFor, ticks, xOf, type Span } from './axis';
import { gainedAt, isDrawable, scales, type Lane, type Pin } from './lanes';
import { clustered, firstAt, loudest, visible } from './thin';
import { momentText } from './times';
import type { Evening, Point, Problem, Sound } from './wire';

export interface Palette {
  [name: string]: string;
}
export interface Picture {
  evening: Evening;
  sound: Sound | null;
  pins: readonly Pin[];
  lanes: readonly Lane[];
  span: Span;
  selection: Span | null;
  width: number;
  height: number;
  words: { peak: (n: number) => string; problem: (one: Problem) => string; card: (number: number, title: string) => string; soundComes: string; noSound: string };
}

const closeMs = 90_000;
const dots = 13; // px, with the ring around it
// By the number on the card, beginning with that of a sixth: a product keeps its colour from evening to evening.
const cardColours = [
  ['#7E9A8C', '#0E1A14'], ['#3F6E8C', '#FFFFFF'], ['#C7A24B', '#231300'], ['#D98A2B', '#231300'], ['#A8402F', '#FFFFFF'], ['#7F613E', '#FFFFFF'],
] as const;
const sans = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif";
const figures = `'Roboto Condensed','DIN Alternate',${sans}`;
const alpha = (colour: string, part: string): string => `${colour}${part}`; // of #RRGGBB

// Colours of the theme that is on, by their names in tokens.css and some of the curves' own.
export function readPalette(isDark: boolean, css: (name: string) => string): Palette {
  const names = ['bg', 'p1', 'p2', 'p3', 'ln', 'tx', 't2', 't3', 'ok', 'okBg', 'warn', 'warnBg', 'bad', 'badBg', 'info', 'infoBg', 'gold', 'goldBg', 'live'];
  const palette: Palette = {};
  for (const name of names) palette[name] = css(`--${name}`).trim();
  palette.curve = isDark ? '#F2C05A' : '#B47A10';
  palette.wave = isDark ? '#6FD09B' : '#2E8A57';
  palette.fault = '#E0372B';
  return palette;
}

export function drawLanes(context: CanvasRenderingContext2D, picture: Picture, colours: Palette): void {
  const { width, height, span, lanes } = picture;
  context.clearRect(0, 0, width, height);
  if (!isDrawable(span, width)) return;
  const lane = (name: Lane['name']): Lane => lanes.find((one) => one.name === name)!;
  const pen = new Pen(context, span, width, colours);
  pen.grid(lanes, height);
  pen.selection(picture.selection, lane('axis').height, height);
  pen.live(picture.evening, lane('axis'));
  drawFans(pen, picture, lane('fans'));
  drawCards(pen, picture, lane('products'));
  drawCaptions(pen, picture, lane('captions'));
  drawPins(pen, picture, lane('marks'));
  drawSound(pen, picture, lane('sound'));
}

class Pen {
  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly span: Span,
    readonly width: number,
    readonly colours: Palette,
  ) {}
  colour(name: string): string {
    return this.colours[name] ?? '#888888';
  }
  x(t: number): number {
    return xOf(t, this.span, this.width);
  }
  isSeen(one: { from: number; to: number }): boolean {
    return one.to >= this.span.from && one.from <= this.span.to;
  }
  fill(colour: string, x: number, y: number, width: number, height: number): void {
    this.context.fillStyle = colour;
    this.context.fillRect(x, y, width, height);
  }
  round(colour: string, x: number, y: number, width: number, height: number, radius: number): void {
    this.context.fillStyle = colour;
    this.context.beginPath();
    this.context.roundRect(x, y, width, height, Math.min(radius, width / 2, height / 2));
    this.context.fill();
  }
  // Cut with "…" where it does not fit; nothing where not even that does.
  text(text: string, x: number, y: number, most: number, colour: string, font: string): void {
    this.context.font = font;
    const fitted = this.fitted(text, most);
    if (!fitted) return;
    this.context.fillStyle = colour;
    this.context.textBaseline = 'middle';
    this.context.fillText(fitted, x, y);
  }
  fitted(text: string, most: number): string {
    if (this.context.measureText(text).width <= most) return text;
    const letters = [...text];
    for (let n = Math.min(letters.length - 1, Math.floor(most / 6)); n >= 2; --n) {
      const short = `${letters.slice(0, n).join('')}…`;
      if (this.context.measureText(short).width <= most) return short;
    }
    return '';
  }
  pillWidth(text: string, size = 12): number {
    this.context.font = `700 ${size}px ${sans}`;
    return this.context.measureText(this.fitted(text, 200)).width + 18;
  }
  // A word in a rounded box, kept inside the picture; how far it reaches to the right.
  pill(text: string, x: number, y: number, ground: string, colour: string, size = 12): number {
    const height = size + 9;
    const width = this.pillWidth(text, size);
    const fitted = this.fitted(text, 200);
    const left = Math.min(Math.max(2, x), this.width - width - 2);
    this.round(ground, left, y, width, height, height / 2);
    this.text(fitted, left + 9, y + height / 2 + 0.5, 220, colour, `700 ${size}px ${sans}`);
    return left + width;
  }

  grid(lanes: readonly Lane[], height: number): void {
    const step = stepFor(this.span, this.width);
    const isMinutes = step >= 60_000 && this.span.to < 100 * 60_000;
    const axis = lanes[0]!;
    this.context.textAlign = 'center';
    for (const t of ticks(this.span, step)) {
      const x = Math.round(this.x(t));
      this.fill(this.colour('ln'), x, axis.height, 1, height - axis.height);
      const label = isMinutes ? String(Math.round(t / 60_000)) : momentText(t);
      const half = label.length * 4 + 4;
      this.text(label, Math.min(Math.max(x, half), this.width - half), axis.height / 2, 80, this.colour('t2'), `700 14px ${figures}`);
    }
    this.context.textAlign = 'left';
    for (const one of lanes.slice(1)) this.fill(this.colour('ln'), 0, one.y, this.width, 1);
  }
  selection(selection: Span | null, top: number, height: number): void {
    if (!selection) return;
    const [from, to] = [this.x(selection.from), this.x(selection.to)];
    this.fill(alpha(this.colour('info'), '2E'), from, top, to - from, height - top);
    this.fill(this.colour('info'), from, 0, 2, height);
    this.fill(this.colour('info'), to - 2, 0, 2, height);
  }
  live(evening: Evening, axis: Lane): void {
    for (const one of evening.lanes.live) if (this.isSeen(one)) this.fill(this.colour('live'), this.x(one.from), axis.height - 2, Math.max(2, this.x(one.to) - this.x(one.from)), 2);
  }
  shade(problem: Problem, lane: Lane): void {
    const colour = problem.lane === 'picture' ? this.colour('warn') : this.colour('fault');
    this.fill(alpha(colour, '48'), this.x(problem.from), lane.y + 1, Math.max(3, this.x(problem.to) - this.x(problem.from)), lane.height - 1);
  }
  // A value holds until the next; between two looks that lie close together a line says as much and reads better.
  path(points: readonly Point[], y: (n: number) => number, closeMs: number): void {
    let before: [number, number] | null = null;
    for (const [t, value] of points) {
      if (value === null) continue;
      if (!before) this.context.moveTo(this.x(t), y(value));
      else {
        if (t - before[0] > closeMs) this.context.lineTo(this.x(t), y(before[1]));
        this.context.lineTo(this.x(t), y(value));
      }
      before = [t, value];
    }
  }
}

function drawFans(pen: Pen, { evening, span, width }: Picture, lane: Lane): void {
  const { context } = pen;
  const height = scales(evening, lane);
  const columns = Math.max(1, Math.round(width));
  for (const one of evening.lanes.problems) if (one.lane === 'live' && pen.isSeen(one)) pen.shade(one, lane);
  const watching = visible(evening.lanes.watching, span, columns).filter((one) => one[1] !== null);
  context.save();
  context.beginPath();
  context.rect(0, lane.y, width, lane.height);
  context.clip();
  if (watching.length > 1) {
    context.beginPath();
    pen.path(watching, height.watching, closeMs);
    context.lineTo(pen.x(watching.at(-1)![0]), lane.y + lane.height);
    context.lineTo(pen.x(watching[0]![0]), lane.y + lane.height);
    context.fillStyle = alpha(pen.colour('info'), '20');
    context.fill();
    context.beginPath();
    pen.path(watching, height.watching, closeMs);
    context.strokeStyle = alpha(pen.colour('info'), 'B4');
    context.lineWidth = 1.5;
    context.stroke();
  }
  const gained = visible(evening.lanes.gained, span, columns);
  if (gained.length > 0) {
    let last = gainedAt(evening, span.from);
    context.beginPath();
    context.moveTo(Math.max(0, pen.x(gained[0]![0])), height.gained(last));
    for (const [t, value] of gained) {
      if (value === null || t <= span.from) continue;
      const x = pen.x(t);
      context.lineTo(x, height.gained(last));
      context.lineTo(x, height.gained(value));
      last = value;
    }
    context.lineTo(Math.min(width, pen.x(evening.duration_ms)), height.gained(last));
    context.strokeStyle = pen.colour('curve');
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.stroke();
  }
  context.restore();
  const { pluses } = evening.lanes;
  const seen = pluses.slice(firstAt(pluses, span.from, (one) => one.t), firstAt(pluses, span.to + 1, (one) => one.t));
  for (const { x, all } of clustered(seen, (one) => pen.x(one.t), dots)) {
    const y = height.gained(gainedAt(evening, all[0]!.t));
    context.beginPath();
    context.arc(x, y, dots / 2 + (all.length > 1 ? 1.5 : 0), 0, Math.PI * 2);
    context.fillStyle = pen.colour('curve');
    context.fill();
    context.strokeStyle = pen.colour('p1');
    context.lineWidth = 3;
    context.stroke();
  }
}
export function drawFanWords(context: CanvasRenderingContext2D, picture: Picture, colours: Palette): void {
  const { evening, width, span, words } = picture;
  const lane = picture.lanes.find((one) => one.name === 'fans')!;
  const pen = new Pen(context, span, width, colours);
  const peak = evening.summary?.peak_watching;
  if (peak && peak.t >= span.from && peak.t <= span.to) pen.pill(words.peak(peak.value), pen.x(peak.t) + 12, lane.y + 4, pen.colour('infoBg'), pen.colour('info'));
  const gained = evening.summary?.gained ?? 0;
  if (gained > 0 && span.to >= evening.duration_ms) {
    context.font = `700 13px ${sans}`;
    const text = `＋${gained}`;
    pen.pill(text, width - context.measureText(text).width - 26, lane.y + 4, pen.colour('goldBg'), pen.colour('gold'), 13);
  }
}

function drawCards(pen: Pen, { evening, words }: Picture, lane: Lane): void {
  const [y, height] = [lane.y + 5, lane.height - 9];
  for (const card of evening.lanes.products) {
    if (!pen.isSeen(card)) continue;
    const [ground, colour] = cardColours[Math.abs(card.number) % cardColours.length]!;
    const [from, to] = [Math.max(-8, pen.x(card.from)), Math.min(pen.width + 8, pen.x(card.to))];
    pen.round(ground, from, y, Math.max(4, to - from), height, 7);
    const [left, most] = [Math.max(from, 0) + 8, to - Math.max(from, 0) - 14];
    // too narrow for the name: its number says as much
    pen.text(most < 70 ? (most < 28 ? String(card.number) : words.card(card.number, '').trim()) : words.card(card.number, card.title), left, y + height / 2 + 0.5, most, colour, `700 13px ${sans}`);
  }
}

function drawCaptions(pen: Pen, { evening }: Picture, lane: Lane): void {
  const [y, height] = [lane.y + 4, lane.height - 7];
  for (const slate of evening.lanes.slates) if (pen.isSeen(slate)) pen.round(pen.colour('p3'), pen.x(slate.from), y, Math.max(4, pen.x(slate.to) - pen.x(slate.from)), height, 7);
  for (const caption of evening.lanes.captions) {
    if (!pen.isSeen(caption)) continue;
    const [from, to] = [pen.x(caption.from), pen.x(caption.to)];
    pen.round('#F2C05A', from, y, Math.max(8, to - from), height, 7);
    pen.text(caption.text, Math.max(from, 0) + 7, y + height / 2 + 0.5, to - Math.max(from, 0) - 12, '#2B2003', `700 12px ${sans}`);
  }
}

function drawPins(pen: Pen, { pins, span }: Picture, lane: Lane): void {
  const { context } = pen;
  const radius = Math.min(10, lane.height / 2 - 5);
  const seen = pins.slice(firstAt(pins, span.from, (one) => one.t), firstAt(pins, span.to + 1, (one) => one.t));
  const y = lane.y + lane.height / 2 - 1;
  for (const { x: exact, all } of clustered(seen, (one) => pen.x(one.t), 6)) {
    const x = Math.min(Math.max(exact, radius + 1), pen.width - radius - 1);
    const worst = all.find((one) => one.look === 'bad') ?? all.find((one) => one.look === 'warn') ?? all[0]!;
    for (const one of all) {
      const until = one.note?.to ?? one.marker?.to;
      if (until) pen.fill(alpha(pen.colour(one.look), '40'), x, y - 3, Math.max(2, pen.x(until) - x), 6);
    }
    // a drop that stands on its point
    context.save();
    context.translate(x, y);
    context.rotate(-Math.PI / 4);
    context.beginPath();
    context.roundRect(-radius, -radius, radius * 2, radius * 2, [radius, radius, radius, 2]);
    context.fillStyle = pen.colour(worst.look);
    context.fill();
    context.restore();
    if (worst.look === 'ok') tick(context, x, y, pen.colour('p1'));
  }
}
function tick(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x - 1, y + 3.5);
  context.lineTo(x + 4.5, y - 3.5);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
}

function drawSound(pen: Pen, picture: Picture, lane: Lane): void {
  const { sound, span, width, words, evening } = picture;
  const middle = lane.y + lane.height / 2 + 0.5;
  const seen = evening.lanes.problems.filter((one) => pen.isSeen(one));
  for (const one of seen) pen.shade(one, lane);
  if (sound?.ready && sound.peaks && sound.step_ms) {
    const columns = Math.max(1, Math.floor(width / 3));
    const tall = lane.height - 10;
    loudest(sound.peaks, sound.step_ms, span, columns).forEach((peak, i) => {
      if (peak < 0) return;
      const height = Math.max(2, (peak / 100) * tall);
      pen.fill(peak < 3 ? pen.colour('fault') : alpha(pen.colour('wave'), 'D8'), i * 3, middle - height / 2, 2.2, height);
    });
  } else {
    pen.text(sound && !sound.ready ? `${words.soundComes} ${Math.round(sound.progress * 100)}%` : words.noSound, Math.max(10, width / 2 - 70), middle, width - 20, pen.colour('t2'), `13px ${sans}`);
  }
  let free = -Infinity; // to here the words reach
  for (const one of [...seen].sort((a, b) => a.from - b.from)) {
    const text = words.problem(one);
    // in it where there is room, so that of two that touch each has its own
    const from = Math.max(0, pen.x(one.from)) + 5;
    const x = from + pen.pillWidth(text) + 5 <= pen.x(one.to) ? from : Math.max(0, pen.x(one.to)) + 5;
    if (x < free) continue;
    const isWarn = one.lane === 'picture';
    free = pen.pill(text, x, lane.y + 4, pen.colour(isWarn ? 'warnBg' : 'badBg'), pen.colour(isWarn ? 'warn' : 'bad')) + 4;
  }
}
