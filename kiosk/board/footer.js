// One line at the foot of the board: what everybody in the hall should know, the most urgent thing first.

import { drawing, el } from '/shared/dom.js'
import { sameDayNow } from '/shared/sameday.js'
import { clockText } from '/shared/time.js'
import { t } from '/shared/words.js'

/** → { kind, icon, say: [text | {bold}], end } */
export function footerSays({ state, link, elsewhere, boardSpeaks, time }) {
  if (!link.up) {
    // A board that speaks itself has lost its voice together with its line.
    const othersSpeak = state && state.centre.board?.voice !== 'off' && !boardSpeaks
    const text = othersSpeak ? 'lostListen' : 'lost'
    return { kind: 'lost', icon: 'warn', say: [{ bold: t(text, { clock: clockText(link.since) }) }], end: hotline(state) }
  }
  const end = elsewhere.length > 0
    ? t('elsewhere', { from: elsewhere[0].number, to: elsewhere.at(-1).number })
    : null
  if (state && sameDayNow(state, time)) {
    return { kind: 'sameday', icon: 'seal', say: [{ bold: `${t('sameDayLead')} ` }, t('sameDayBoard', { until: state.centre.sameDay.until })],
      end: end ?? '' }
  }
  if (state?.open.state === 'lastTicketPassed') {
    return { kind: 'plain', icon: 'clock', say: [{ bold: t('lastTicketPassed') }], end: end ?? hotline(state) }
  }
  return { kind: 'plain', icon: 'info', say: [t('guidanceLead'), { bold: t('guidanceDesk') }], end: end ?? hotline(state) }
}

function hotline(state) {
  return state?.centre.hotline ? t('hotline', { phone: state.centre.hotline }) : ''
}

export class Footer {
  constructor(root) {
    this.root = root
    this.use = root.querySelector('use')
    this.say = root.querySelector('.say')
    this.end = root.querySelector('.end')
  }

  show(words) {
    const key = JSON.stringify(words)
    if (key === this.key) return
    this.key = key
    this.root.className = `promise ${words.kind}`
    this.use.setAttribute('href', drawing(words.icon))
    this.say.replaceChildren(...words.say.map((part) => (typeof part === 'string' ? part : el('b', { text: part.bold }))))
    this.end.textContent = words.end
  }
}
