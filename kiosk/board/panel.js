// The big panel and the places of "Vừa gọi" under it.

import { el, icon } from '/shared/dom.js'
import { clockText, dateText, dayOf, weekday } from '/shared/time.js'
import { pick, t } from '/shared/words.js'
import { spansOn } from './view.js'

/** Digits of every length keep inside their place; the place never changes. */
function number(text, className = 'num') {
  return el('span', { class: className, dataset: { length: String(text).length }, text })
}

export class CallPanel {
  constructor(root) {
    this.root = root
    this.shown = null
  }

  showCall(call, { hot }) {
    this.draw(`call ${call.id}`, () => [
      el('p', { class: call.sameDay ? 'marked' : null }, t('callLead'), call.sameDay && el('span', { class: 'tag sameday' }, icon('seal'), t('sameDay'))),
      number(call.number),
      el('p', { class: 'to' }, `${t('callTo')} `, number(call.counter)),
    ])
    this.root.className = hot ? 'call-now' : 'call-now settled'
  }

  /** The ground fades once for each call, also when the same number is called again. */
  flash() {
    for (const animation of this.root.getAnimations()) {
      if (animation.animationName !== 'called') continue
      animation.cancel()
      animation.play()
    }
  }

  showEmpty() {
    this.draw('empty', () => [el('p', { class: 'wait', text: t('pleaseWait') }), el('p', { class: 'hint', text: t('pleaseWaitHint') })])
    this.root.className = 'call-now settled idle'
  }

  showConnecting() {
    this.draw('connecting', () => [el('p', { class: 'wait', text: t('connecting') }), el('p', { class: 'hint', text: t('connectingHint') })])
    this.root.className = 'call-now settled idle'
  }

  showClosed(open, centre, now) {
    const opensLater = open.opensAt && dayOf(open.opensAt) !== dayOf(now)
    this.draw(`closed ${open.state} ${open.opensAt} ${dayOf(now)}`, () => [
      el('p', { text: t(`closed.${open.state}`) }),
      open.opensAt
        ? el('div', { class: 'opens' },
          el('p', { text: t('opensAt') }),
          el('span', { class: 'num', text: clockText(open.opensAt) }),
          el('p', { class: 'day', text: opensLater ? dateText(open.opensAt) : '' }))
        : el('p', { class: 'hint', text: pick(open.message) }),
      hoursOf(centre, open.opensAt ?? now),
    ])
    this.root.className = 'call-now settled closed'
  }

  draw(key, build) {
    if (key === this.shown) return
    this.shown = key
    this.root.replaceChildren(...build())
  }
}

function hoursOf(centre, when) {
  const spans = spansOn(centre, weekday(when))
  if (spans.length === 0) return el('p')
  return el('p', { class: 'hours' }, t('hours'), ' ', spans.map(([from, to], index) =>
    [index > 0 ? t('and') : null, el('span', { class: 'nowrap', text: `${from} – ${to}` })]))
}

/** Always three places: what is not there is a dash, not a gap. */
export class RecentCalls {
  constructor(list) {
    this.cells = Array.from({ length: 3 }, () => el('li'))
    this.keys = []
    list.replaceChildren(...this.cells)
  }

  show(places) {
    places.forEach((call, index) => {
      const key = call ? `${call.number} ${call.counter} ${call.standing ?? ''}` : 'none'
      if (this.keys[index] === key) return
      this.keys[index] = key
      const cell = this.cells[index]
      cell.className = call?.standing ? 'standing' : ''
      if (!call) cell.replaceChildren(el('span', { class: 'none', text: '–' }))
      else if (call.standing) {
        cell.replaceChildren(number(call.number), el('span', { class: 'to', text: t('standingCounter', { n: call.counter }) }))
      } else cell.replaceChildren(number(call.number), el('span', { text: t('recentCounter', { n: call.counter }) }))
    })
  }
}
