// Our own line icons, 24x24; the filled ones are drawn without a line.
// SPDX-License-Identifier: Apache-2.0

export const icons: Record<string, { path: string; isFilled: boolean }> = {
  open: {
    path: '<path d="M3 6.5h6l2 2.5h10v10.5H3z"/><path d="M12 17v-5m-2.5 2.3L12 11.8l2.5 2.5"/>',
    isFilled: false,
  },
  cart: {
    path: '<circle cx="9.5" cy="19.5" r="1.6"/><circle cx="17.5" cy="19.5" r="1.6"/><path d="M2.5 4h2.6l2.5 11.2h10.6L20.6 8H6.2"/>',
    isFilled: false,
  },
  heart: {
    path: '<path d="M12 20.300S3.5 15.3 3.5 9.400A4.7 4.7 0 0112 6.600a4.7 4.7 0 018.5 2.800c0 5.9-8.5 10.9-8.5 10.900z"/>',
    isFilled: true,
  },
  wifi: {
    path: '<path d="M3 9.500a13 13 0 0118 0M6.3 13a8.3 8.3 0 0111.4 0M9.5 16.400a3.7 3.7 0 015 0"/><circle cx="12" cy="19.3" r=".6"/>',
    isFilled: false,
  },
  wifioff: {
    path: '<path d="M3 3l18 18M8 8.200A13 13 0 0121 9.500M3 9.500a13 13 0 012.6-1.900M6.3 13a8.3 8.3 0 014-2.200M9.5 16.400a3.7 3.7 0 015 0"/>',
    isFilled: false,
  },
  cam: {
    path: '<rect x="2.5" y="6.5" width="13" height="11" rx="2.5"/><path d="M15.5 10.500l6-3v9l-6-3z"/>',
    isFilled: false,
  },
  mic: {
    path: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.500a6.5 6.5 0 0013 0M12 18v3"/>',
    isFilled: false,
  },
  micoff: {
    path: '<path d="M4 4l16 16M9 9v2a3 3 0 005 2.200M15 10V6a3 3 0 00-5.700-1.300M5.500 11a6.500 6.500 0 0010.700 5M18.500 11a6.500 6.500 0 01-.400 2.200M12 17.500V21M8.500 21h7"/>',
    isFilled: false,
  },
  music: {
    path: '<path d="M9 18V5.500l11-2V16"/><circle cx="6.500" cy="18" r="2.500"/><circle cx="17.500" cy="16" r="2.500"/>',
    isFilled: false,
  },
  shield: {
    path: '<path d="M12 3l8 3v6c0 4.500-3.300 7.700-8 9-4.700-1.300-8-4.500-8-9V6z"/><path d="M9 9.500l6 6M15 9.500l-6 6"/>',
    isFilled: false,
  },
  sun: {
    path: '<circle cx="12" cy="12" r="4"/><path d="M12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4"/>',
    isFilled: false,
  },
  moon: {
    path: '<path d="M20 14.500A8.5 8.5 0 119.5 4a7 7 0 0010.5 10.500z"/>',
    isFilled: false,
  },
  check: {
    path: '<path d="M4.5 12.500l5 5 10-11"/>',
    isFilled: false,
  },
  x: {
    path: '<path d="M6 6l12 12M18 6L6 18"/>',
    isFilled: false,
  },
  warn: {
    path: '<path d="M12 4L2.8 20h18.400z"/><path d="M12 10v4.500M12 17.300v.2"/>',
    isFilled: false,
  },
  trash: {
    path: '<path d="M4.500 6.500h15M9 6.500V4h6v2.500M6.500 6.500l1 14h9l1-14M10 10.500v6M14 10.500v6"/>',
    isFilled: false,
  },
  disk: {
    path: '<ellipse cx="12" cy="6" rx="8" ry="3"/><path d="M4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3"/>',
    isFilled: false,
  },
  chip: {
    path: '<rect x="6" y="6" width="12" height="12" rx="2"/><path d="M9.5 2.500v3M14.5 2.500v3M9.5 18.500v3M14.5 18.500v3M2.5 9.500h3M2.5 14.500h3M18.5 9.500h3M18.5 14.500h3"/>',
    isFilled: false,
  },
  eye: {
    path: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>',
    isFilled: false,
  },
  eyeoff: {
    path: '<path d="M3 3l18 18M10 5.700A9.6 9.6 0 0112 5.500c6 0 9.5 6.5 9.5 6.500a16 16 0 01-3 3.600M6.5 7.400A15.6 15.6 0 002.5 12S6 18.5 12 18.500a9.3 9.3 0 004-.9"/>',
    isFilled: false,
  },
  next: {
    path: '<path d="M5 5l9 7-9 7zM18.5 5v14"/>',
    isFilled: false,
  },
  play: {
    path: '<path d="M7 4.500l12.5 7.500L7 19.500z"/>',
    isFilled: true,
  },
  stop: {
    path: '<rect x="6" y="6" width="12" height="12" rx="1.5"/>',
    isFilled: true,
  },
  down: {
    path: '<path d="M12 4v11M7 10.500l5 5 5-5M4.5 20h15"/>',
    isFilled: false,
  },
  lower: {
    path: '<path d="M5.5 9l6.5 6.500L18.500 9"/>',
    isFilled: false,
  },
  upper: {
    path: '<path d="M5.5 15L12 8.500l6.5 6.500"/>',
    isFilled: false,
  },
  flag: {
    path: '<path d="M5.5 21V4M5.5 4.500h12l-2.5 4 2.5 4h-12"/>',
    isFilled: false,
  },
  sound: {
    path: '<path d="M4 9.500v5h3.500l5 4v-13l-5 4zM16 9a4 4 0 010 6M18.500 6.500a8 8 0 010 11"/>',
    isFilled: false,
  },
  mute: {
    path: '<path d="M4 9.500v5h3.500l5 4v-13l-5 4zM16.500 9.500l5 5M21.500 9.500l-5 5"/>',
    isFilled: false,
  },
  gear: {
    path: '<path d="M4 7h9M18 7h2M4 17h2M11 17h9"/><circle cx="15.500" cy="7" r="2.5"/><circle cx="8.500" cy="17" r="2.5"/>',
    isFilled: false,
  },
  qr: {
    path: '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.500v2.500M20 14v2.500M14 20h2.500M20 20v-.1"/>',
    isFilled: false,
  },
  phone: {
    path: '<rect x="6.5" y="2.5" width="11" height="19" rx="2.5"/><path d="M10.500 18.300h3"/>',
    isFilled: false,
  },
  plus: {
    path: '<path d="M12 5v14M5 12h14"/>',
    isFilled: false,
  },
  chat: {
    path: '<path d="M4 5h16v11H10l-4.5 4V16H4z"/>',
    isFilled: false,
  },
  book: {
    path: '<path d="M4 5.500c3-1.5 6-1.2 8 .5 2-1.7 5-2 8-.5V19c-3-1.5-6-1.2-8 .5-2-1.7-5-2-8-.5zM12 6v13.5"/>',
    isFilled: false,
  },
  coffee: {
    path: '<path d="M4 9h12v6a4 4 0 01-4 4H8a4 4 0 01-4-4zM16 10.500h2a2.3 2.3 0 010 5h-2M7.5 5.500v-2M12 5.500v-2"/>',
    isFilled: false,
  },
  lock: {
    path: '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 018 0v3"/>',
    isFilled: false,
  },
  refresh: {
    path: '<path d="M20 11a8 8 0 00-14.5-3.500L3.5 10M4 13a8 8 0 0014.5 3.500l2-2.500M3.5 5v5h5M20.5 19v-5h-5"/>',
    isFilled: false,
  },
  up: {
    path: '<path d="M12 20V5M5.5 11.500L12 5l6.5 6.500"/>',
    isFilled: false,
  },
  ban: {
    path: '<circle cx="12" cy="12" r="8.5"/><path d="M6 6l12 12"/>',
    isFilled: false,
  },
  search: {
    path: '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.500"/>',
    isFilled: false,
  },
  clock: {
    path: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    isFilled: false,
  },
  undo: {
    path: '<path d="M8.5 5L4 9.500 8.5 14M4 9.500h10a5.5 5.500 0 010 11H9"/>',
    isFilled: false,
  },
  letters: {
    path: '<path d="M2.500 18L8 5l5.500 13M4.500 13.500h7M14.500 18l3.500-8.500 3.500 8.500M15.700 15h4.600"/>',
    isFilled: false,
  },
  pause: {
    path: '<rect x="6" y="4.5" width="4.2" height="15" rx="1.2"/><rect x="13.8" y="4.5" width="4.2" height="15" rx="1.2"/>',
    isFilled: true,
  },
  star: {
    path: '<path d="M12 3.500l2.6 5.400 5.900.800-4.300 4.100 1.100 5.900-5.300-2.900-5.300 2.900 1.100-5.900-4.300-4.100 5.900-.800z"/>',
    isFilled: false,
  },
  wave: {
    path: '<path d="M3 12h2.500l2-6 3 13 3-15 2.500 11 1.500-3H21"/>',
    isFilled: false,
  },
  fan: {
    path: '<circle cx="9.5" cy="8" r="3.8"/><path d="M2.5 20c.4-4 3.200-6.500 7-6.500s6.600 2.500 7 6.500M18 6.500v6M15 9.500h6"/>',
    isFilled: false,
  },
  minus: {
    path: '<path d="M5 12h14"/>',
    isFilled: false,
  },
  expand: {
    path: '<path d="M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5"/>',
    isFilled: false,
  },
  help: {
    path: '<circle cx="12" cy="12" r="8.8"/><path d="M9.300 9.500a2.800 2.800 0 115 1.800c-.9.900-2.300 1.300-2.300 2.900M12 17v.2"/>',
    isFilled: false,
  },
  table: {
    path: '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M3.500 9.500h17M3.500 14.500h17M9.500 9.500v10"/>',
    isFilled: false,
  },
};
