// The steps on which nobody can choose: before the daemon answers, while the number is asked for, and when the centre is closed.

import { el, icon } from '/shared/dom.js'
import { nameParts } from '/shared/names.js'
import { clockText, weekday, weekdayText, whenText } from '/shared/time.js'
import { language, t } from '/shared/words.js'
import { languageButton, listenButton, nameOf } from './choice.js'

/** Before the first word from the daemon. Nothing for two seconds, then the reason. */
export function startingScreen({ linkUp }) {
  if (linkUp !== false) return { title: '', stageClass: 'stage middle', stage: [] }
  return {
    title: t('reconnecting'),
    stageClass: 'stage middle',
    stage: [el('div', { class: 'why' }, icon('warn', 'i closed trouble'), el('h1', { text: t('reconnecting') }), el('p', { text: t('askGuidance') }))],
  }
}

/** Pressed, and the answer is not there yet. */
export function askingScreen({ state, person, actions }) {
  const { body, slow } = person.press
  const service = state?.centre.services.find((one) => one.id === body.service)
  return {
    title: t(slow ? 'reconnecting' : 'asking'),
    ask: service ? [el('div', { class: 'chosen' }, icon(service.icon || 'doc'), el('span', {}, nameParts(nameOf(service))))] : [],
    stageClass: 'stage middle',
    stage: [el('div', { class: 'why' }, icon(slow ? 'warn' : 'ticket', slow ? 'i closed trouble' : 'i closed'),
      el('h1', { text: t(slow ? 'reconnecting' : 'asking') }),
      el('p', { text: t(slow ? 'asking.slow' : 'asking.wait') }))],
    foot: slow ? [el('button', { class: 'btn', onclick: actions.giveUp }, icon('x'), t('giveUp'))] : [],
  }
}

askingScreen.keyOf = ({ person, state }) => `${person.press.slow} ${state === null}`

export function closedScreen({ state, person, actions, now }) {
  const { open, centre } = state
  const known = ['before', 'lunch', 'after', 'dayOff', 'lastTicketPassed', 'clockUnsure']
  const word = known.includes(open.state) ? open.state : 'after'
  const title = t(`closed.${word}`)
  const opens = open.opensAt ? whenText(open.opensAt, now) : ''
  const again = opens ? t(word === 'before' ? 'takesFrom' : 'takesAgain') : t('askGuidance')
  const remark = remarkOf(word, open)

  return {
    title,
    speech: `${title}. ${again} ${opens}. ${remark}`,
    stageClass: 'stage middle closed',
    stage: [
      el('div', { class: 'why', 'data-say': `${title}. ${again} ${opens}` },
        icon(word === 'lunch' ? 'sun' : word === 'clockUnsure' ? 'clock' : 'moon', 'i closed'),
        el('h1', { text: title }),
        el('p', {}, `${again} `, opens ? el('b', { text: opens }) : null)),
      el('div', { class: 'slip' },
        hoursTable(centre.hours ?? [], open.opensAt),
        remark ? el('p', { class: 'remark muted', text: remark }) : null),
      el('p', { class: 'place' }, icon('pin'), el('span', { lang: 'vi' }, centre.address ?? '')),
    ],
    foot: [languageButton(actions), listenButton(person, actions)],
  }
}

closedScreen.keyOf = ({ state, now }) => JSON.stringify([state.open, state.centre.hours, Math.floor(now / 3_600_000)])

function remarkOf(word, open) {
  if (word === 'lunch') return t('closed.lunch.keep')
  if (word === 'lastTicketPassed') return t('closed.last.keep')
  // A day off has a name that only the centre's calendar knows, in Vietnamese.
  return language() === 'vi' ? open.words ?? '' : ''
}

/** Days with the same hours are told together: "Thứ Hai đến thứ Sáu, sáng 07:00 – 11:30". */
function hoursTable(hours, opensAt) {
  const byDay = new Map(hours.map((day) => [day.weekday, day.spans]))
  const groups = []
  for (let day = 1; day <= 7; day += 1) {
    const spans = byDay.get(day) ?? []
    const last = groups.at(-1)
    if (last && JSON.stringify(last.spans) === JSON.stringify(spans)) last.to = day
    else groups.push({ from: day, to: day, spans })
  }
  const next = opensAt ? clockText(opensAt) : ''
  const nextDay = opensAt ? weekday(opensAt) : 0
  return el('table', { class: 'hours' }, groups.flatMap(({ from, to, spans }) => {
    const days = daysText(from, to)
    if (spans.length === 0) return [line(`${days}${to === 7 ? t('andHolidays') : ''}`, t('dayOff'), false)]
    return spans.map(([opens, closes]) => {
      const part = spans.length > 1 ? `, ${t(opens < '12:00' ? 'morning' : 'afternoon')}` : ''
      const isNext = nextDay >= from && nextDay <= to && next === opens
      return line(`${days}${part}`, `${opens} – ${closes}`, isNext)
    })
  }))
}

function line(days, times, isNext) {
  return el('tr', { class: isNext ? 'now' : null }, el('td', { text: days }), el('td', { text: times }))
}

function daysText(from, to) {
  if (from === to) return weekdayText(from)
  const last = language() === 'vi' ? weekdayText(to).replace('Thứ', 'thứ') : weekdayText(to)
  return to === from + 1 ? `${weekdayText(from)}, ${last}` : t('daysFromTo', { from: weekdayText(from), to: last })
}
