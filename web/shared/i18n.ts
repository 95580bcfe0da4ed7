// Chinese first; English switches in place. The texts are the program's own (assets/locale).
// SPDX-License-Identifier: Apache-2.0
import { createI18n } from 'vue-i18n';
import en from '../../assets/locale/en.json';
import zh from '../../assets/locale/zh-CN.json';

export type Locale = 'zh-CN' | 'en';
export type Texts = typeof zh;

export const remembered = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is off: the page works without memory
  }
};
export const remember = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
};

export const i18n = createI18n({
  legacy: false,
  locale: remembered('xiangbo.locale') === 'en' ? 'en' : 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en },
});

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  document.title = i18n.global.t('app.title');
  remember('xiangbo.locale', locale);
}

export type Theme = 'dark' | 'light';
export function firstTheme(): Theme {
  const kept = remembered('xiangbo.theme');
  if (kept === 'dark' || kept === 'light') return kept;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}
export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  remember('xiangbo.theme', theme);
}
