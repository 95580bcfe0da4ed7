// From the state to the words and colours of the page. Pure: nothing here is better than the state says.
// SPDX-License-Identifier: Apache-2.0
import type { ChatSource, Fault, Output, State } from './wire';

export type Tone = 'plain' | 'ok' | 'warn' | 'bad' | 'info' | 'gold';
export interface Words {
  key: string;
  values?: Record<string, string | number>;
}
export interface Badge extends Words {
  look: 'ready' | 'connecting' | 'live' | 'reconnecting' | 'recording' | 'ended';
  seconds: number | null;
}
export interface Pill extends Words {
  tone: Tone;
  icon: string;
}

export const isOnAir = (state: State): boolean => state.state !== 'ready' && state.state !== 'ended';
export const isRecording = (state: State): boolean => state.recorder.state === 'live' && state.recorder.error === null;

export const isAudienceReachable = (state: State): boolean => state.audience !== undefined && !/^(127\.|localhost|\[::1\])/.test(state.audience);
// Whether the audience page shows the picture to anybody, or would to whoever opens it.
export const isSeenByAudience = (state: State): boolean => isOnAir(state) && (isAudienceReachable(state) || (state.audience_watching ?? 0) > 0);

export function badgeOf(state: State): Badge {
  const key = state.state === 'recording' && isSeenByAudience(state) ? 'state.audience' : `state.${state.state}`;
  return { look: state.state, key, seconds: isOnAir(state) ? state.session.seconds : null };
}

// When the reconnecting of now began, in seconds of the session; null where nobody here saw it begin.
export function cutAtOf(before: State | null, cutAt: number | null, now: State): number | null {
  if (now.state !== 'reconnecting') return null;
  if (before?.state === 'reconnecting') return cutAt;
  return before && isOnAir(before) ? now.session.seconds : null;
}

// No cable is missing: a phone is to push its picture here.
export const isWaitingForPhone = (state: State): boolean => !state.source.has_picture && state.source.from.startsWith('listen:');

const rank: Record<Output['state'], number> = { live: 0, off: 1, ended: 1, connecting: 2, reconnecting: 3, refused: 4 };
// The platform that needs a look first; null when none does.
export function worstOutput(state: State): Output | null {
  const worst = [...state.outputs].sort((a, b) => rank[b.state] - rank[a.state])[0];
  return worst && rank[worst.state] >= 2 ? worst : null;
}

export function toneOf(output: Output): Tone {
  switch (output.state) {
    case 'live':
      return 'ok';
    case 'connecting':
    case 'reconnecting':
      return 'warn';
    case 'refused':
      return 'bad';
    default:
      return 'plain';
  }
}

export function sourceTone(source: ChatSource): Tone {
  if (source.state === 'waiting') return 'bad';
  return source.state === 'connecting' || source.error ? 'warn' : 'ok';
}

// Connected and silent is not the same as heard.
export function sourceWords(source: ChatSource): Words {
  if (source.state === 'connecting') return { key: 'from.connecting' };
  if (source.state === 'connected') return { key: source.messages > 0 ? 'from.heard' : 'from.silent', values: { n: source.messages } };
  return source.next_try_s ? { key: 'from.waiting', values: { n: source.next_try_s } } : { key: 'from.again' };
}

function networkPill(state: State): Pill | null {
  const live = state.outputs.filter((output) => output.state === 'live').length;
  switch (state.state) {
    case 'live': {
      const worst = worstOutput(state);
      if (worst) return { tone: 'warn', icon: 'warn', key: 'pill.partly', values: { name: worst.name } };
      if (state.problems.some(({ code }) => code === 'output.still')) return { tone: 'warn', icon: 'wifi', key: 'pill.still' };
      if (state.problems.some(({ code }) => code === 'output.slow' || code === 'output.few_frames')) return { tone: 'warn', icon: 'wifi', key: 'pill.slow' };
      return { tone: 'ok', icon: 'wifi', key: 'pill.live', values: { n: live } };
    }
    case 'connecting':
      return { tone: 'warn', icon: 'wifi', key: 'pill.connecting' };
    case 'reconnecting':
      return { tone: 'bad', icon: 'wifioff', key: 'pill.lost' };
    case 'recording':
      if (isSeenByAudience(state)) return { tone: 'ok', icon: 'eye', key: 'pill.audience', values: { n: state.audience_watching ?? 0 } };
      return { tone: 'warn', icon: 'wifioff', key: 'pill.no_platform' };
    default:
      return null;
  }
}

function recorderPill(state: State): Pill | null {
  const { recorder } = state;
  if (recorder.error) return { tone: 'bad', icon: 'disk', key: 'pill.record_failed' };
  if (state.finishing && !isOnAir(state)) return { tone: 'plain', icon: 'disk', key: 'sounds.finishing', values: { n: state.finishing.percent } };
  if (state.state === 'ended' && recorder.bytes) {
    return { tone: 'ok', icon: 'disk', key: 'pill.record_saved', values: { size: sizeText(recorder.bytes) } };
  }
  if (!isOnAir(state)) return null;
  if (recorder.state === 'connecting') return null; // the first file is being opened
  if (recorder.state !== 'live') return { tone: 'warn', icon: 'disk', key: 'pill.record_off' };
  const isShort = recorder.seconds_left !== null && recorder.seconds_left < 3600;
  if (state.state === 'reconnecting' && !isShort) return { tone: 'ok', icon: 'disk', key: 'afterwards.record_safe' };
  if (recorder.seconds_left === null) return { tone: 'ok', icon: 'disk', key: 'pill.recording' };
  const hours = Math.floor(recorder.seconds_left / 3600);
  if (hours >= 1) return { tone: 'ok', icon: 'disk', key: 'pill.record_hours', values: { n: hours } };
  return { tone: 'warn', icon: 'disk', key: 'pill.record_minutes', values: { n: Math.floor(recorder.seconds_left / 60) } };
}

// Over when the evening is: they heal by themselves, and their advice is for one that goes on.
const passingCodes = ['output.unreachable', 'output.stalled', 'output.slow', 'output.few_frames', 'output.still', 'output.encoder_eased', 'vision.paused', 'capture.stalled'];
// What the program does with less because the computer is busy.
const busyCodes = ['output.encoder_eased', 'output.encoder_behind', 'vision.paused'];
const isOfBusyLaptop = (fault: Fault): boolean => busyCodes.includes(fault.code);

export function pillsOf(state: State, isBusyNow: boolean | null): Pill[] {
  const isLaptopBusy = state.problems.some(isOfBusyLaptop) || isBusyNow;
  const laptop: Pill | null =
    isLaptopBusy === null
      ? null
      : isLaptopBusy
        ? { tone: 'warn', icon: 'chip', key: 'pill.laptop_busy' }
        : { tone: 'ok', icon: 'chip', key: 'pill.laptop_easy' };
  const picture: Pill | null = state.source.has_picture
    ? null
    : isWaitingForPhone(state)
      ? { tone: 'warn', icon: 'phone', key: 'pill.wait_phone' }
      : { tone: 'bad', icon: 'cam', key: 'pill.no_picture' };
  return [networkPill(state), picture, state.state === 'ended' ? null : laptop, recorderPill(state)].filter(
    (pill): pill is Pill => pill !== null,
  );
}

// Whose picture the preview is: one line, and a second one when viewers see something else.
export function previewLabel(state: State): { key: string; second: string | null } {
  const isSeen = isSeenByAudience(state);
  if (state.state === 'reconnecting') {
    const cut = isSeen ? 'preview.platforms_cut_off' : 'preview.viewers_cut_off';
    return isRecording(state) ? { key: 'preview.reconnecting', second: cut } : { key: cut, second: null };
  }
  if (isSeen && state.state === 'recording') return { key: 'preview.audience', second: null };
  if (isSeen && state.state === 'connecting') return { key: 'preview.connecting', second: 'preview.audience' };
  return { key: `preview.${state.state}`, second: null };
}

export interface Banner {
  tone: 'warn' | 'bad' | 'info';
  icon: string;
  keys: string[];
  watching: number; // on the audience page, where it tells of it
  fault: Fault | null;
}
// A fault of platforms, with their names and without what a server said in its own words; any other as it is. A sentence
// names a platform by itself where both languages do: "平台" alone is a word of the sentence.
function told(fault: Fault, state: State): Fault {
  const about = state.outputs.filter((one) => one.error?.zh === fault.zh).map((one) => one.name);
  if (about.length === 0) return fault;
  const zh = fault.zh.replace(/（.*:\/\/.*）：/s, '，'); // to the last bracket: the server's words may hold some, ours do not
  const en = fault.en.replace(/ \(.*:\/\/.*\)(?=\. )/s, '');
  const names = about.filter((name) => !(zh.includes(name) && en.includes(name)));
  return names.length === 0 ? { ...fault, zh, en } : { ...fault, zh: `${names.join('、')}：${zh}`, en: `${names.join(', ')}: ${en}` };
}
function faultOfOutputs(state: State): Fault | null {
  const error = state.outputs.find((output) => output.error)?.error;
  return error ? told(error, state) : null;
}
// Nothing goes out, nothing is kept, and nothing is on its way to either.
function isForNothing(state: State): boolean {
  const isComing = (one: Output['state']): boolean => one === 'live' || one === 'connecting' || one === 'reconnecting';
  return isOnAir(state) && ![state.recorder, ...state.outputs].some((one) => isComing(one.state));
}
export function bannerOf(state: State): Banner | null {
  const isSeen = isSeenByAudience(state);
  const watching = isSeen ? (state.audience_watching ?? 0) : 0;
  if (isOnAir(state) && state.recorder.error) {
    return { tone: 'bad', icon: 'disk', keys: ['banner.recorder_failed'], watching: 0, fault: state.recorder.error };
  }
  if (isForNothing(state)) {
    const keys = isSeen ? ['banner.not_kept', 'banner.audience'] : ['banner.neither'];
    return { tone: 'info', icon: 'disk', keys, watching, fault: faultOfOutputs(state) };
  }
  if (state.state === 'reconnecting') {
    const keys = ['banner.reconnecting'];
    if (isSeen) keys.push('banner.audience_goes_on');
    if (isRecording(state)) keys.push('banner.recording_safe');
    return { tone: 'warn', icon: 'refresh', keys, watching: 0, fault: null };
  }
  if (state.state === 'recording') {
    return { tone: 'info', icon: isSeen ? 'eye' : 'disk', keys: [isSeen ? 'banner.audience' : 'banner.recording'], watching, fault: faultOfOutputs(state) };
  }
  return null;
}

// What is wrong and what to do, worst first and what heals by itself last; nothing twice.
export function problemsOf(state: State): (Fault & { tone: Tone })[] {
  const out: (Fault & { tone: Tone })[] = [];
  const add = (fault: Fault | null, tone: Tone): void => {
    if (fault && state.state === 'ended' && passingCodes.includes(fault.code)) return;
    if (!fault) return;
    const one = told(fault, state);
    if (!out.some(({ zh }) => zh === one.zh)) out.push({ ...one, tone });
  };
  for (const one of state.problems) add(one, one.condition === 'failed' ? 'bad' : 'warn');
  add(state.recorder.error, 'bad');
  for (const one of state.outputs) add(one.error, one.state === 'refused' ? 'bad' : 'warn');
  const urgency = (one: Fault & { tone: Tone }): number => (one.tone === 'bad' ? 2 : isOfBusyLaptop(one) ? 0 : 1);
  return out.sort((a, b) => urgency(b) - urgency(a));
}

// One that nobody may overlook takes the place of what is only good to know.
export function shownBanner(state: State): Banner | null {
  const banner = bannerOf(state);
  return banner?.tone === 'info' && (state.sound.panic || state.sound.muted) ? null : banner;
}
// It says that the network is gone; not so in every reconnecting: something graver may stand there.
export const isOfCut = (banner: Banner | null): boolean => banner !== null && banner.keys.includes('banner.reconnecting');
// What the banner says is not said again below it: its own fault, and that no platform can be reached.
export function listedProblems(state: State): (Fault & { tone: Tone })[] {
  const banner = shownBanner(state);
  const cutCodes = isOfCut(banner) ? ['output.unreachable', 'output.stalled'] : [];
  const isSaid = ({ code, zh }: Fault): boolean => zh === banner?.fault?.zh || cutCodes.includes(code);
  return problemsOf(state).filter((one) => !isSaid(one));
}

export const shownId = (state: State, layer: string): string | null =>
  state.layers.find((one) => one.layer === layer)?.id ?? null;

export type Loudness = 'none' | 'quiet' | 'right' | 'loud';
// `peak` is the loudest of the last seconds, in dBFS: speech rises and falls, its words should not.
export function loudnessOf(hasSound: boolean, peak: number | null): Loudness {
  if (!hasSound || peak === null || peak < -60) return 'none';
  if (peak < -32) return 'quiet';
  return peak > -1.5 ? 'loud' : 'right';
}
export const meterBars = (level: number | null, bars: number): number =>
  level === null ? 0 : Math.round(Math.min(1, Math.max(0, (level + 60) / 60)) * bars);

export function sizeText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.round(bytes / 1e3)} kB`;
}

// "assistant 小李" of the program: the role, and the name of the phone where there is one.
export function whoText(who: string, t: (key: string) => string): string {
  const at = who.indexOf(' ');
  const role = at < 0 ? who : who.slice(0, at);
  const words = t(`work.by_${role === 'assistant' ? 'assistant' : 'operator'}`);
  return at < 0 ? words : `${words} ${who.slice(at + 1)}`;
}
