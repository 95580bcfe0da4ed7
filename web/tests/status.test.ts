// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { badgeOf, bannerOf, cutAtOf, isRecording, listedProblems, loudnessOf, meterBars, pillsOf, previewLabel, problemsOf, shownBanner, shownId, sizeText, sourceTone, sourceWords, worstOutput } from '../shared/status';
import type { State } from '../shared/wire';
import { wireCase } from './cases';

const state = (name: string): State => wireCase<State>(`state-${name}`);

describe('the badge', () => {
  it.each([
    ['ready', 'ready', null],
    ['connecting', 'connecting', 2],
    ['live', 'live', 4398],
    ['reconnecting', 'reconnecting', 4398],
    ['recording', 'recording', 4398],
    ['ended', 'ended', null],
  ])('says %s as it is', (name, look, seconds) => {
    expect(badgeOf(state(name))).toMatchObject({ look, key: `state.${look}`, seconds });
  });
});

describe('pills', () => {
  const keys = (name: string, busy: boolean | null = null): string[] => pillsOf(state(name), busy).map((pill) => pill.key);
  it('never call a network good while one platform is not connected', () => {
    expect(pillsOf(state('live'), null)[0]).toMatchObject({ tone: 'warn', key: 'pill.partly', values: { name: '快手' } });
    expect(pillsOf(state('live-story'), null)[0]).toMatchObject({ tone: 'ok', key: 'pill.live', values: { n: 1 } });
  });
  it('say that a slow network takes less of the picture', () => {
    const slow = state('live-story');
    slow.problems.push({ component: 'output.bitrate', condition: 'degraded', code: 'output.slow', zh: '网络有点慢', en: 'The network is slow' });
    expect(pillsOf(slow, null)[0]).toMatchObject({ tone: 'warn', key: 'pill.slow' });
  });
  it('say that only the sound moves', () => {
    const still = state('live-story');
    still.problems.push({ component: 'output.bitrate', condition: 'degraded', code: 'output.still', zh: '画面暂时停住，声音还在', en: 'The picture stands still' });
    expect(pillsOf(still, null)[0]).toMatchObject({ tone: 'warn', key: 'pill.still' });
  });
  it('say that the network is lost and the recording goes on', () => {
    expect(keys('reconnecting')).toEqual(['pill.lost', 'afterwards.record_safe']);
  });
  it('say that the recording stopped while the stream goes on', () => {
    expect(pillsOf(state('recorder-failed'), null).at(-1)).toMatchObject({ tone: 'bad', key: 'pill.record_failed' });
  });
  it('claim nothing about platforms or recording before the start', () => {
    expect(keys('ready')).toEqual([]);
    expect(keys('ready-no-camera')).toEqual(['pill.no_picture']);
  });
  it('say whether the laptop keeps up only when that is known', () => {
    expect(keys('live-story', false)).toContain('pill.laptop_easy');
    expect(keys('live-story', true)).toContain('pill.laptop_busy');
  });
  it('never call a laptop at ease whose program does with less', () => {
    const eased = state('live-story');
    eased.problems.push({ component: 'output.encoder', condition: 'degraded', code: 'output.encoder_eased', zh: '电脑有点忙', en: 'The computer is busy' });
    expect(pillsOf(eased, false).map((pill) => pill.key)).toContain('pill.laptop_busy');
    expect(pillsOf(eased, null).map((pill) => pill.key)).toContain('pill.laptop_busy');
  });
  it('warn when less than an hour of disk is left', () => {
    const low = state('live');
    low.recorder.seconds_left = 600;
    expect(pillsOf(low, null).at(-1)).toMatchObject({ tone: 'warn', values: { n: 10 } });
  });
});

describe('a chat platform', () => {
  const said = (name: string, index = 0): [string, string] => {
    const source = state(name).chat[index]!;
    return [sourceWords(source).key, sourceTone(source)];
  };
  it('that is connected and silent is not one that is heard', () => {
    expect(said('ready')).toEqual(['from.silent', 'ok']);
    const live = state('live').chat[0]!;
    expect(sourceWords(live)).toEqual({ key: 'from.heard', values: { n: 1204 } });
  });
  it('that is not connected is never shown in green', () => {
    expect(said('reconnecting')).toEqual(['from.waiting', 'bad']);
    expect(said('reconnecting', 1)).toEqual(['from.connecting', 'warn']);
    expect(said('ready', 1)).toEqual(['from.again', 'bad']);
  });
  it('that is connected and wants something done is amber', () => {
    const live = state('live').chat[0]!;
    live.error = { code: 'chat.masked', zh: '名字被平台遮住', en: 'Names are hidden by the platform' };
    expect(sourceTone(live)).toBe('warn');
  });
});

describe('the preview', () => {
  it('says whose picture it is', () => {
    expect(previewLabel(state('ready')).key).toBe('preview.ready');
    expect(previewLabel(state('live')).key).toBe('preview.live');
    expect(previewLabel(state('recording')).key).toBe('preview.recording');
  });
  it('says that viewers see nothing while reconnecting, and of a recording only when there is one', () => {
    const lost = state('reconnecting');
    expect(previewLabel(lost)).toEqual({ key: 'preview.reconnecting', second: 'preview.viewers_cut_off' });
    lost.recorder.state = 'off';
    expect(previewLabel(lost)).toEqual({ key: 'preview.viewers_cut_off', second: null });
  });
});

describe('the banner', () => {
  it('comforts about the recording only when it runs', () => {
    const lost = state('reconnecting');
    expect(bannerOf(lost)?.keys).toContain('banner.recording_safe');
    lost.recorder.state = 'refused';
    expect(bannerOf(lost)?.keys).not.toContain('banner.recording_safe');
  });
  it('says why nobody is watching', () => {
    expect(bannerOf(state('recording'))?.fault?.code).toBe('output.refused');
    expect(bannerOf(state('recording-alone'))).toMatchObject({ keys: ['banner.recording'], fault: null });
  });
  it('says that it is all for nothing when nobody watches and nothing is kept', () => {
    const alone = state('recording-alone');
    alone.state = 'connecting';
    alone.recorder.state = 'connecting';
    expect(bannerOf(alone)).toBeNull();
    alone.recorder.state = 'off';
    expect(bannerOf(alone)?.keys).toEqual(['banner.neither']);
  });
  // The audience page shows what no platform does: nobody may believe to be alone.
  it.each([
    ['anybody of the hall can open it', '0.0.0.0:7181', 0],
    ['somebody watches through another way', '127.0.0.1:7181', 1],
  ])('never says that nobody watches while %s', (_, audience, watching) => {
    const seen: State = { ...state('recording-alone'), audience, audience_watching: watching };
    expect(bannerOf(seen)).toMatchObject({ keys: ['banner.audience'], watching });
    expect(badgeOf(seen).key).toBe('state.audience');
    expect(pillsOf(seen, null)[0]).toMatchObject({ key: 'pill.audience', values: { n: watching } });
    expect(previewLabel(seen).key).toBe('preview.audience');
    const kept: State = { ...seen, state: 'connecting', recorder: { ...seen.recorder, state: 'off' } };
    expect(bannerOf(kept)?.keys).toEqual(['banner.not_kept', 'banner.audience']);
    expect(previewLabel(kept).second).toBe('preview.audience');
    const cut: State = { ...state('reconnecting'), audience, audience_watching: watching };
    expect(bannerOf(cut)?.keys).toContain('banner.audience_goes_on');
    expect(previewLabel(cut).second).toBe('preview.platforms_cut_off');
    expect(badgeOf({ ...seen, state: 'ended' }).key).toBe('state.ended');
  });
  it('says a refusal once, and leaves it to the list where something graver takes its place', () => {
    const refused = state('recording');
    const { zh } = bannerOf(refused)!.fault!;
    const times = (): number => [shownBanner(refused)?.fault, ...listedProblems(refused)].filter((one) => one?.zh === zh).length;
    expect(times()).toBe(1);
    refused.sound.muted = true;
    expect(shownBanner(refused)).toBeNull();
    expect(times()).toBe(1);
  });
  it('is not there when all is well', () => {
    expect(bannerOf(state('live'))).toBeNull();
    expect(bannerOf(state('ready'))).toBeNull();
  });
});

describe('how long the connection is gone', () => {
  const cut = { ...state('reconnecting'), session: { ...state('reconnecting').session, seconds: 100 } };
  it('is counted from when this page saw it go', () => {
    expect(cutAtOf(state('live'), null, cut)).toBe(100);
    expect(cutAtOf(cut, 100, { ...cut, session: { ...cut.session, seconds: 112 } })).toBe(100);
    expect(cutAtOf(cut, 100, state('live'))).toBeNull();
  });
  it('is not known to a page that came later', () => {
    expect(cutAtOf(null, null, cut)).toBeNull();
    expect(cutAtOf(cut, null, cut)).toBeNull();
    expect(cutAtOf(state('ready'), null, cut)).toBeNull();
  });
});

describe('problems', () => {
  it('come worst first and once', () => {
    const bad = state('live');
    bad.problems = [{ component: 'output', condition: 'degraded', ...bad.outputs[2]!.error! }];
    bad.recorder.error = { code: 'output.disk_full', zh: '磁盘满了', en: 'Disk full' };
    expect(problemsOf(bad).map((one) => one.code)).toEqual(['output.disk_full', 'output.unreachable']);
  });
  it('name the platforms they are about, each sentence once, without a server’s own words', () => {
    const many = state('live');
    const refused = { code: 'output.refused', zh: '平台拒绝了直播码（rtmp://a/••••: closed by the server）：直播码可能过期', en: 'The platform refused the stream key (rtmp://a/••••: closed by the server). It may have expired' };
    const away = { code: 'output.unreachable', zh: '连不上平台（对方没有在接收）：检查网络', en: 'The platform cannot be reached (Connection refused). Check the network' };
    many.outputs.forEach((one, i) => Object.assign(one, i === 0 ? { state: 'refused', error: refused } : { error: away }));
    expect(problemsOf(many).map((one) => [one.zh, one.en])).toEqual([
      ['抖音：平台拒绝了直播码，直播码可能过期', '抖音: The platform refused the stream key. It may have expired'],
      ['视频号、快手：连不上平台（对方没有在接收）：检查网络', '视频号, 快手: The platform cannot be reached (Connection refused). Check the network'],
    ]);
  });
  it('name a platform whose name is a word of the sentence, and none that the sentence names', () => {
    const one = state('live');
    one.outputs = [{ ...one.outputs[0]!, name: '平台', error: { code: 'output.unreachable', zh: '连不上平台：检查网络', en: 'The platform cannot be reached. Check the network' } }];
    expect(problemsOf(one)[0]).toMatchObject({ zh: '平台：连不上平台：检查网络', en: '平台: The platform cannot be reached. Check the network' });
    one.outputs[0]!.error = { code: 'output.no_key', zh: '没有直播码（平台）：写上', en: 'No stream key (平台). Write it' };
    expect(problemsOf(one)[0]!.zh).toBe('没有直播码（平台）：写上');
  });
  it('leave out a server’s own words with brackets in them', () => {
    const one = state('live');
    one.outputs = [{ ...one.outputs[0]!, name: '抖音', error: { code: 'output.refused', zh: '平台拒绝了直播码（rtmp://a/••••: closed (code 5)（再试）：no）：请重新复制', en: 'The platform refused the stream key (rtmp://a/••••: closed (code 5). no). Copy it again' } }];
    expect(problemsOf(one)[0]).toMatchObject({ zh: '抖音：平台拒绝了直播码，请重新复制', en: '抖音: The platform refused the stream key. Copy it again' });
  });
  it('of a camera or a file keep the address they speak of', () => {
    const camera = { component: 'capture.camera', condition: 'failed', code: 'capture.lost', zh: '摄像头没有画面（rtsp://10.0.0.7/a）：看看电源', en: 'The camera is gone (rtsp://10.0.0.7/a). Look at its power' } as const;
    const one = { ...state('live'), problems: [camera] };
    expect(problemsOf(one)[0]).toMatchObject({ zh: camera.zh, en: camera.en });
  });
  it('that the banner has said are not said again', () => {
    const lost = state('reconnecting');
    expect(problemsOf(lost).map((one) => one.code)).toEqual(['output.unreachable']);
    expect(listedProblems(lost)).toEqual([]);
    expect(listedProblems({ ...lost, state: 'live' }).map((one) => one.code)).toContain('output.unreachable');
  });
  it('tell why the platform is away where the banner has something graver to say', () => {
    const both = state('reconnecting');
    both.recorder.error = { code: 'output.disk_full', zh: '磁盘满了', en: 'Disk full' };
    expect(shownBanner(both)?.keys).toEqual(['banner.recorder_failed']);
    expect(listedProblems(both).map((one) => one.code)).toEqual(['output.unreachable']);
  });
  it('that heal by themselves are over when the evening is', () => {
    const over = state('live');
    over.state = 'ended';
    over.recorder.error = { code: 'output.disk_full', zh: '磁盘满了', en: 'Disk full' };
    over.problems = [{ component: 'vision', condition: 'degraded', code: 'vision.paused', zh: '先不找人脸', en: 'No faces' }];
    expect(problemsOf(over).map((one) => one.code)).toEqual(['output.disk_full']);
  });
});

describe('small things', () => {
  it('knows the worst platform', () => {
    expect(worstOutput(state('live'))?.name).toBe('快手');
    expect(worstOutput(state('ready'))).toBeNull();
  });
  it('knows what is on screen', () => {
    expect(shownId(state('live'), 'product_card')).toBe('orange');
    expect(shownId(state('live'), 'caption')).toBeNull();
  });
  it('knows whether it records', () => {
    expect(isRecording(state('live'))).toBe(true);
    expect(isRecording(state('recorder-failed'))).toBe(false);
  });
  it('puts loudness into words', () => {
    expect(loudnessOf(false, -10)).toBe('none');
    expect(loudnessOf(true, null)).toBe('none');
    expect(loudnessOf(true, -45)).toBe('quiet');
    expect(loudnessOf(true, -14)).toBe('right');
    expect(loudnessOf(true, -0.5)).toBe('loud');
  });
  it('draws levels within the meter', () => {
    expect([null, -80, -30, 0, 6].map((level) => meterBars(level, 36))).toEqual([0, 0, 18, 36, 36]);
  });
  it('writes sizes', () => {
    expect([1934201344, 912680550, 512000].map(sizeText)).toEqual(['1.9 GB', '913 MB', '512 kB']);
  });
});
