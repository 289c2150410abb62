// The start page: what this is, every screen with what it is for, and how the centre stands right now.

import { el, icon } from '/shared/dom.js'
import { connect, now } from '/shared/live.js'
import { clockText, dateText, numberText } from '/shared/time.js'
import { languageSwitch, loadDeskWords } from '/shared/language.js'
import { language, pick, t } from '/shared/words.js'

await loadDeskWords('start')
const main = document.querySelector('#main')
let hall = null
let up = true
let shown = ''

connect({
  audience: 'public',
  onSnapshot(state) { hall = state; render() },
  onChange(_, state) { hall = state; render() },
  onLink(line) { up = line.up; render() },
})
setInterval(render, 1000)
render()

function render() {
  const signature = JSON.stringify([language(), up, hall?.centre, hall?.open, totals(), hall && clockText(now())])
  if (signature === shown) return
  shown = signature
  document.title = hall ? `${t('title')} · ${hall.centre.shortName}` : t('title')
  const focused = document.activeElement?.getAttribute?.('href')
  main.replaceChildren(head(), state(), el('ul', { class: 'cards' }, cards()), el('footer', {}, el('p', { text: t('foot') }), el('p', {}, el('a', { href: '/api/v1/openapi.yaml', text: t('api') }))))
  if (focused) main.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus()
}

function head() {
  return el('header', {}, icon('mark'),
    el('div', {}, el('h1', { text: t('title') }), el('p', { text: hall?.centre.name ?? t('what') })),
    languageSwitch())
}

function totals() {
  if (!hall) return null
  return { waiting: hall.services.reduce((sum, each) => sum + each.waiting, 0), open: hall.counters.filter((each) => each.state === 'open').length, counters: hall.counters.length }
}

function state() {
  const sum = totals()
  if (!hall) return el('section', { class: 'state', role: 'status' }, el('p', { class: 'word' }, up ? t('connecting') : t('reconnecting')))
  const open = hall.open.state === 'open'
  return el('section', { class: `state ${!up ? 'is-lost' : open ? 'is-open' : ''}`, 'aria-label': t('now') },
    el('p', { class: 'word', role: 'status' }, icon(!up ? 'fault' : open ? 'check' : 'moon'), el('b', { text: !up ? t('reconnecting') : pick(hall.open.message) || (open ? t('openNow') : '') })),
    el('p', {}, el('b', { class: 'num', text: numberText(sum.waiting) }), ` ${t('waiting')}`),
    el('p', {}, el('b', { class: 'num', text: `${sum.open}/${sum.counters}` }), ` ${t('open')}`),
    el('p', { class: 'when' }, dateText(now()), ' ', el('b', { class: 'num', text: clockText(now()) })))
}

function cards() {
  const counters = hall?.counters ?? []
  const perCounter = (path) => (counters.length
    ? el('p', { class: 'links' }, counters.map((each) => el('a', { class: `btn${each.state === 'closed' ? ' is-closed' : ''}`, href: `${path}?n=${each.number}`, 'aria-label': `${t('counter')} ${each.number}`, text: each.number })))
    : el('p', { class: 'links muted', text: t('noData') }))
  const one = (href) => el('p', { class: 'links' }, el('a', { class: 'btn', href }, t('show'), icon('right')))
  return [
    card('ticket', 'kiosk', one('/kiosk/')),
    card('screen', 'board', one('/board/')),
    card('people', 'counter', perCounter('/counter/')),
    card('face5', 'rating', perCounter('/rating/')),
    card('info', 'supervisor', one('/supervisor/')),
    card('mobile', 'phone', el('p', { class: 'links muted', text: t('phone.how') })),
    card('printer', 'prints', one('/prints/')),
    card('lock', 'signin', one('/signin/')),
  ]
}

function card(iconName, name, links) {
  return el('li', { class: 'panel' }, icon(iconName, iconName.startsWith('face') ? 'i face' : 'i'), el('h2', { text: t(name) }), el('p', { text: t(`${name}.what`) }), links)
}
