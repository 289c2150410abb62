// Thiết lập: text messages to citizens who agreed.

import { el } from '/shared/dom.js'
import { t } from '/shared/words.js'
import { panel } from './settings-parts.js'

export function messages({ field }) {
  return panel('messages', t('set.messages'), t('set.messages.lead'), el('div', { class: 'fields' },
    field('messages.enabled', t('set.messages.enabled'), { type: 'check', width: 'w6' }),
    field('messages.plain', t('set.messages.plain'), { type: 'check', width: 'w6' }),
    field('messages.from', t('set.messages.from'), { width: 'w3', maxlength: 5, inputmode: 'numeric' }),
    field('messages.to', t('set.messages.to'), { width: 'w3', maxlength: 5, inputmode: 'numeric' }),
    field('messages.nearAhead', t('set.messages.nearAhead'), { type: 'number', width: 'w6', min: 0, max: 20 }),
    field('messages.folder', t('set.messages.folder'), { width: 'w6', maxlength: 200 })))
}
