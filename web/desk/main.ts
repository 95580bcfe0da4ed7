// The phone desk: followers of a platform that tells us nothing, counted by hand.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import './desk.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import DeskPage from './DeskPage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(DeskPage).use(i18n).mount('#app');
