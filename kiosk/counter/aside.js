// Right side: the next five, and the officer's own day.

import { el, icon } from '/shared/dom.js'
import { clockText, durationText, numberText } from '/shared/time.js'
import { pick, t } from '/shared/words.js'
import { now } from '/shared/live.js'
import { refill } from './refill.js'

const late = 30 * 60

export function renderNext(region, { frame, signedIn }) {
  const list = signedIn && frame ? frame.next ?? [] : []
  refill(region, [signedIn, frame?.waiting, list.map((each) => [each.number, each.priority, each.needs, each.reason])], () => {
    const why = list.find((each) => each.reason)
    return [
      el('h2', {}, t('next'), el('span', { class: 'muted', text: signedIn && frame ? t('next.waiting', { n: numberText(frame.waiting) }) : '' })),
      list.length ? el('ol', {}, list.map((each) => row(each, frame.now))) : el('p', { class: 'none', text: signedIn ? t('next.none') : t('next.signIn') }),
      why && el('p', { class: 'why' }, icon('info'), pick(why.reason)),
    ]
  })
  tickNext(region)
}

/** Full minutes, and seconds only in the first one. */
export function waitedText(seconds) {
  return durationText(seconds < 60 ? Math.min(59, Math.max(0, seconds)) : Math.floor(seconds / 60) * 60)
}

/** Waiting times grow without a new frame. */
export function tickNext(region) {
  for (const cell of region.querySelectorAll('[data-waiting]')) {
    const seconds = (now() - Date.parse(cell.dataset.waiting)) / 1000
    cell.textContent = waitedText(seconds)
    cell.classList.toggle('late', seconds > late)
  }
}

function row(each, at) {
  // Since it joined this queue, which after a transfer is later than the ticket.
  const since = new Date(Date.parse(at) - each.waitedSeconds * 1000).toISOString()
  const needs = each.needs ?? []
  return el('li', {},
    el('b', { class: 'num', text: each.number }),
    el('span', { class: 'marks' },
      each.priority && el('span', { class: 'tag priority', title: each.priority.name }, icon('star'), t('priority.short')),
      needs.includes('hearing') && el('span', { class: 'tag off', title: t('need.hearing') }, t('need.hearing.short')),
      needs.includes('collect') && el('span', { class: 'tag off', title: t('need.collect') }, t('need.collect.short'))),
    el('span', { class: 'muted nowrap', text: t('next.issued', { time: clockText(each.issuedAt) }) }),
    el('span', { class: 'm', dataset: { waiting: since } }))
}

export function renderOwn(region, { frame, signedIn }) {
  const today = signedIn ? frame?.today : null
  const promises = signedIn ? frame?.promises ?? [] : []
  refill(region, [signedIn, today, frame?.ratings, promises], () => {
    const value = (text) => el('dd', { class: text === null ? 'none' : null, text: text ?? t('noData') })
    return [
      promises.length > 0 && promised(promises),
      el('h2', { text: t('own') }),
      el('dl', {},
        el('div', {}, el('dt', { text: t('own.served') }), value(today ? numberText(today.served) : null)),
        el('div', {}, el('dt', { text: t('own.noShow') }), value(today ? numberText(today.noShow) : null)),
        el('div', {}, el('dt', { text: t('own.service') }), value(today?.medianServiceSeconds != null ? durationText(today.medianServiceSeconds) : null)),
        el('div', {}, el('dt', { text: t('own.wait') }), value(today?.medianWaitSeconds != null ? durationText(today.medianWaitSeconds) : null))),
      el('p', {}, icon('lock'), ratings(frame?.ratings)),
    ]
  })
  tickPromises(region)
}

/** What was promised for today at this counter and isn't ready: how many, how long until closing, which. */
function promised(promises) {
  const { until, escalated } = promises[0]
  return el('div', { class: `notice ${escalated ? 'fault' : ''} promised` }, icon(escalated ? 'warn' : 'clock'), el('span', { class: 'body' },
    el('b', { dataset: { promised: promises.length, until } }),
    el('small', { text: [...promises.slice(0, 2).map((each) => each.code), promises.length > 2 && t('promises.more', { n: numberText(promises.length - 2) })].filter(Boolean).join(', ') })))
}

export function tickPromises(region) {
  for (const line of region.querySelectorAll('[data-promised]')) {
    const minutes = Math.max(0, Math.ceil((Date.parse(line.dataset.until) - now()) / 60_000))
    line.textContent = t('promises', { n: numberText(Number(line.dataset.promised)), time: durationText(minutes * 60) })
  }
}

const dayMonth = (day) => `${day.slice(8)}/${day.slice(5, 7)}`

// Only closed days and only from five ratings up: the daemon sends nothing else.
function ratings(sent) {
  const all = sent?.counts?.reduce((sum, n) => sum + n, 0) ?? 0
  if (!all) return t('own.ratings.few')
  const good = sent.counts[0] + sent.counts[1]
  const period = sent.period ? pick(sent.period) : t('own.period', { from: dayMonth(sent.from), to: dayMonth(sent.to) })
  return t('own.ratings', { period, good: numberText(good), of: numberText(all), percent: numberText((100 * good) / all, 1) })
}
