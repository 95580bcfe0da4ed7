// The review page: what happened on the evenings that were.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/switch.css';
import './review.css';
import './library.css';
import './evening.css';
import './timeline.css';
import './sheets.css';
import './compare.css';
import { firstTheme, i18n, setLocale, setTheme } from '../shared/i18n';
import ReviewPage from './ReviewPage.vue';

setTheme(firstTheme());
setLocale(i18n.global.locale.value as 'zh-CN' | 'en');
createApp(ReviewPage).use(i18n).mount('#app');
