// What is nearly always the same at one counter: channel, digitised, VNeID, handed over at once. Kept in the browser, so
// that nobody sets it two hundred times a day.

import { el, icon } from '/shared/dom.js'
import { t } from '/shared/words.js'

const channels = ['counter', 'online', 'post', 'home']
const flags = ['digitised', 'vneid', 'atOnce']

export function defaults(number) {
  const place = `case-defaults-${number}`
  const chosen = { channel: 'counter', digitised: false, vneid: false, atOnce: false, ...kept() }

  function kept() {
    try { return JSON.parse(localStorage.getItem(place)) ?? {} } catch { return {} }
  }
  function keep() {
    try { localStorage.setItem(place, JSON.stringify(chosen)) } catch { /* private browsing: for this page only */ }
  }

  return {
    /** Always said, also when it is no: a share of those nobody asked about would be of no use. */
    value: () => ({ ...chosen }),
    key: () => JSON.stringify(chosen),
    buttons: (onChange) => [
      el('button', { class: 'btn', type: 'button', title: t('case.channel'), dataset: { focus: 'channel' }, onclick() {
        chosen.channel = channels[(channels.indexOf(chosen.channel) + 1) % channels.length]
        keep()
        onChange()
      } }, icon('down'), t(`case.channel.${chosen.channel}`)),
      flags.map((flag) => el('button', { class: 'btn', type: 'button', 'aria-pressed': String(chosen[flag]), dataset: { focus: flag }, onclick() {
        chosen[flag] = !chosen[flag]
        keep()
        onChange()
      } }, chosen[flag] && icon('check'), t(`case.${flag}`))),
    ],
  }
}
