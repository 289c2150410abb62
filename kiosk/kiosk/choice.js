// The welcome is the choice: one row per service, the guidance desk last.

import { el, icon } from '/shared/dom.js'
import { nameParts } from '/shared/names.js'
import { sameDayNow } from '/shared/sameday.js'
import { clockText, dateText, dayOf } from '/shared/time.js'
import { language, pick, t } from '/shared/words.js'

const longName = 40          // beyond this a narrow column has no room for examples
const rowsInOneColumn = 9

export function choiceScreen(context) {
  const { state, person, linkUp, actions } = context
  const services = [...state.centre.services].sort((a, b) => Number(a.guidance) - Number(b.guidance))
  const rows = services.map((service) => row(service, context))
  const title = linkUp === false ? t('reconnecting') : t('choose')
  const strip = el('div', { class: 'strip' })

  return {
    title,
    speech: [title, sameDayText(context)].filter(Boolean).join('. '),
    ask: [el('h1', { 'data-say': title, text: title }), strip],
    stageClass: `choices${services.length > rowsInOneColumn ? ' two' : ''}`,
    stage: rows.map((each) => each.button),
    foot: [
      languageButton(actions),
      listenButton(person, actions),
      el('button', { class: 'btn', 'aria-pressed': String(person.low), onclick: actions.low }, icon('wheel'), t('low')),
    ],
    update(latest) {
      drawStrip(strip, latest)
      const states = new Map(latest.state.services.map((entry) => [entry.id, entry]))
      rows.forEach((each) => each.update(states.get(each.id), latest))
    },
  }
}

// A changed configuration (names, order, same-day day) is a new drawing; a changed figure is not.
choiceScreen.keyOf = ({ state, now }) => JSON.stringify([state.centre.services, sameDayNow(state, now)])

export function languageButton(actions) {
  const other = language() === 'vi' ? { text: t('english'), lang: 'en' } : { text: t('vietnamese'), lang: 'vi' }
  return el('button', { class: 'btn', lang: other.lang, onclick: actions.language }, icon('globe'), other.text)
}

export function listenButton(person, actions) {
  return el('button', { class: 'btn', 'aria-pressed': String(person.listening), 'data-say': '', onclick: actions.listen }, icon('recall'), t('listen'))
}

export function nameOf(service) {
  return language() === 'en' && service.nameEn ? service.nameEn : service.name
}

function row(service, { state, person, actions, now, isWide }) {
  const english = language() === 'en'
  const name = nameOf(service)
  const title = service.guidance ? t('guide.title') : nameParts(name)
  const examples = service.guidance ? t('guide.text') : (english ? service.examplesEn : service.examples)
  const sameDay = service.sameDay && sameDayNow(state, now)
  const isNarrow = isWide || person.low || state.centre.services.length > rowsInOneColumn
  const shownExamples = isNarrow && name.length > longName && !service.guidance ? '' : examples

  const line = el('span', { class: 'eg' })
  if (sameDay) line.append(el('b', { text: t('sameDay') }), shownExamples ? `: ${lowerFirst(shownExamples)}` : '')
  else line.append(shownExamples ?? '')
  const wait = el('span', { class: 'wait' })
  const button = el('button', {
    class: `choice${service.guidance ? ' help' : ''}`,
    onclick() { if (button.getAttribute('aria-disabled') !== 'true') actions.choose(service) },
  }, el('span', { class: 'pic' }, icon(service.icon || 'doc')),
  el('span', { class: 'what' }, el('b', { lang: english && !service.nameEn && !service.guidance ? 'vi' : null }, title), line), wait)

  let drawn
  return {
    id: service.id,
    button,
    update(entry, { linkUp, now: time }) {
      const takes = Boolean(entry?.takes) && linkUp !== false
      const words = linkUp === false ? '' : takes ? String(entry.waiting) : whyNot(entry, time)
      const key = `${takes}|${words}`
      if (key === drawn) return
      drawn = key
      button.classList.toggle('off', !takes)
      button.setAttribute('aria-disabled', String(!takes))
      button.dataset.say = [service.guidance ? `${title}. ${examples}` : name, takes ? t('say.waiting', { n: entry.waiting }) : words.replace('\n', ' ')].filter(Boolean).join('. ')
      if (takes && service.guidance) wait.replaceChildren(icon('right'))
      else if (takes) wait.replaceChildren(el('b', { text: words }), t('waiting'))
      else wait.replaceChildren(...words.split('\n').flatMap((part, index) => (index ? [el('br'), part] : [part])))
    },
  }
}

function whyNot(entry, now) {
  if (entry?.resumesAt) {
    if (dayOf(entry.resumesAt) === dayOf(now)) return t('resumesAt', { time: clockText(entry.resumesAt) })
    return t('resumesOn', { date: dateText(entry.resumesAt, { year: false }) })
  }
  const known = ['no-counter', 'switched-off', 'lunch', 'closed']
  return t(`notTaken.${known.includes(entry?.reason) ? entry.reason : 'closed'}`)
}

function sameDayText({ state, now, linkUp }) {
  if (linkUp === false || !sameDayNow(state, now)) return ''
  return pick({ vi: state.centre.sameDay.text, en: state.centre.sameDay.textEn })
}

function drawStrip(strip, context) {
  const { person, linkUp } = context
  const text = sameDayText(context)
  const key = JSON.stringify([text, person.refusal, linkUp])
  if (strip.dataset.key === key) return
  strip.dataset.key = key
  strip.className = 'strip'
  strip.setAttribute('role', person.refusal ? 'alert' : 'presentation')
  if (linkUp === false) {
    strip.classList.add('trouble')
    strip.replaceChildren(icon('warn'), el('span', {}, el('b', { text: `${t('askGuidance')} ` }), el('span', { class: 'more', text: t('backByItself') })))
  } else if (person.refusal) {
    strip.classList.add('trouble')
    strip.replaceChildren(icon('warn'), el('span', {}, el('b', { text: `${sentence(person.refusal.title)} ` }), person.refusal.detail))
  } else if (text) {
    const [, promise, rest] = /^(.*?[.!])?\s*(.*)$/s.exec(text)
    strip.classList.add('promise')
    strip.replaceChildren(icon('seal'), el('span', {}, el('b', { text: `${promise ?? rest} ` }), promise ? el('span', { class: 'more', text: rest }) : null))
  } else {
    strip.replaceChildren()
  }
}

function sentence(text) {
  return /[.?]$/.test(text) ? text : `${text}.`
}

function lowerFirst(text) {
  return text.charAt(0).toLocaleLowerCase('vi') + text.slice(1)
}
