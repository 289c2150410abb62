// What the page says in each state of a visit.

import { el, icon } from '/shared/dom.js'
import { nameParts } from '/shared/names.js'
import { clockText, waitRangeText, waitText } from '/shared/time.js'
import { language, t } from '/shared/words.js'

const mostDots = 6
const mostDotsBesideLongLabel = 4

/** frame: the last known one (null before the first); unknown: the code leads nowhere. */
export function cardsFor({ frame, unknown, waiting, lost }) {
  if (unknown) return [plain('help', t('unknown.title'), t('unknown.text'))]
  if (frame === null) return waiting ? [plain('clock', t('loading'), '')] : lost ? [plain('clock', t('lookAtBoard'), '')] : []
  const cards = { waiting: waitingCards, called: calledCards, serving: servingCards, held: heldCards, noShow: noShowCards, ended: endedCards, expired: expiredCards }
  return (cards[frame.state] ?? endedCards)(frame)
}

function waitingCards(frame) {
  return [mine(frame, 'waiting', 'clock', t('state.waiting')), ahead(frame), el('section', { class: 'panel' }, el('ul', { class: 'rows' },
    frame.lastCall ? row('recall', t('lastCall', frame.lastCall), t('atTime', { clock: clockText(frame.lastCall.at) })) : row('recall', t('noCallYet'), ''),
    row('info', t('missed.title'), t('missed.text', { n: frame.returnMinutes }))))]
}

function ahead(frame) {
  const { estimatedLow: low, estimatedHigh: high, estimatedWaitSeconds: one } = frame
  const time = Number.isFinite(low) && Number.isFinite(high) ? waitRangeText(low, high) : Number.isFinite(one) ? waitText(one) : ''
  const n = frame.ahead ?? 0
  // The figure is set larger than the words around it, wherever the language puts it.
  const [before, after] = t('ahead', { n }).split(String(n))
  const room = (frame.counters?.length ?? 0) > 2 ? mostDotsBesideLongLabel : mostDots
  return el('section', { class: 'panel ahead' },
    n === 0 ? el('p', { class: 'lead soon', text: t('next') }) : el('p', { class: 'lead' }, before, el('b', { text: n }), after),
    el('p', { class: 'sub', text: n === 0 ? t('next.text') : time && t('timeLeft', { time }) }),
    el('div', { class: 'line', 'aria-hidden': 'true' },
      el('i', { class: 'desk', text: countersText(frame.counters) }),
      n > room ? el('i', { class: 'more', text: `+${n - room + 1}` }) : null,
      Array.from({ length: n > room ? room - 1 : n }, () => el('i')),
      el('i', { class: 'me' }, icon('people'))))
}

function calledCards(frame) {
  return [
    el('section', { class: 'goto' },
      el('p', { text: t('called.invite') }), el('div', { class: 'num', role: 'heading', 'aria-level': 1, text: frame.number }),
      el('div', { class: 'q' }, t('called.to'), ' ', el('span', { class: 'num', text: frame.counter }))),
    el('section', { class: 'panel' }, el('ul', { class: 'rows' },
      row('pin', t('counter', { counter: frame.counter }), nameOf(frame)),
      row('clock', frame.lastCall?.number === frame.number ? t('called.at', { clock: clockText(frame.lastCall.at) }) : t('missed.title'), t('called.again', { n: frame.returnMinutes })))),
    el('p', { class: 'fine', text: t('bring') }),
  ]
}

function servingCards(frame) {
  return [mine(frame, 'serving', 'play', t('state.serving')), plain('pin', t('serving.title', { counter: frame.counter }), t('serving.text'))]
}

function heldCards(frame) {
  return [mine(frame, 'warning', 'hold', t('state.held')), plain('info', t('held.title'), frame.counter ? t('held.text', { counter: frame.counter }) : t('held.textAny'))]
}

function noShowCards(frame) {
  const text = frame.counter ? t('noShow.text', { counter: frame.counter, n: frame.returnMinutes }) : t('noShow.textAny', { n: frame.returnMinutes })
  return [mine(frame, 'warning', 'noshow', t('state.noShow')), plain('info', t('noShow.title'), text)]
}

function endedCards(frame) {
  const known = ['served', 'cancelled', 'noShow', 'unserved', 'unfinished']
  const outcome = known.includes(frame.outcome) ? frame.outcome : 'served'
  return [mine(frame, 'off', outcome === 'served' || outcome === 'unfinished' ? 'check' : 'x', t('state.ended')),
    plain(outcome === 'cancelled' ? 'x' : 'info', t(`ended.${outcome}`), t(`ended.${outcome}.text`))]
}

function expiredCards(frame) {
  return [mine(frame, 'off', 'clock', t('state.expired')), plain('info', t('expired.title'), t('expired.text'))]
}

function mine(frame, state, drawing, words) {
  return el('section', { class: `panel mine is-${state}` },
    el('span', { class: `tag ${state}` }, icon(drawing), words),
    el('div', { class: 'num', role: 'heading', 'aria-level': 1, text: frame.number }),
    el('p', { class: 'svc' }, nameOf(frame)))
}

function nameOf(frame) {
  const english = language() === 'en' && frame.serviceNameEn
  return el('span', { lang: english ? 'en' : 'vi' }, nameParts(english ? frame.serviceNameEn : frame.serviceName ?? ''))
}

function plain(drawing, title, text) {
  return el('section', { class: 'panel plain' }, icon(drawing), el('h1', { text: title }), text ? el('p', { text }) : null)
}

function row(drawing, title, text) {
  return el('li', {}, icon(drawing), el('span', {}, el('b', { text: title }), text ? el('span', { class: 'muted' }, text) : null))
}

function countersText(counters = []) {
  if (counters.length === 0) return t('desk')
  return t(counters.length === 1 ? 'counter' : 'counters', { counter: counters[0], counters: counters.join(', ') })
}
