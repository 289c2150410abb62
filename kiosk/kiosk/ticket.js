// The number. With paper or without, it is the same number and the same screen.

import { el, icon } from '/shared/dom.js'
import { nameParts } from '/shared/names.js'
import { roundedMinutes } from '/shared/time.js'
import { language, t } from '/shared/words.js'
import { nameOf } from './choice.js'
import { sameDayNow } from '/shared/sameday.js'

const printedBy = 8_000   // a ticket takes about a second; later than this the citizen should not stand and wait for it

/** 'coming' | 'out' | 'fault' | 'late' | 'none': whether a paper ticket can be expected. */
export function paperState(state, ticket, now) {
  const reported = state?.printer?.prints?.[ticket.id]
  const job = reported ?? ticket.print?.state
  if (job === 'printed') return 'coming'
  // Taken over by another printer: what is wrong with this one does not matter for this ticket any more.
  if (state?.printer?.elsewhere?.[ticket.id] && ['queued', 'sending', 'sent'].includes(job)) return 'coming'
  const printer = state?.printer?.state ?? 'none'
  if (printer === 'none') return 'none'
  if (printer === 'paperOut') return 'out'
  // Called before the printer came to it, or too long ago: nothing is wrong with the printer.
  if (job === 'expired' && ['ready', 'paperNearEnd'].includes(printer)) return 'late'
  if (!['ready', 'paperNearEnd'].includes(printer) || ['needsPerson', 'expired'].includes(job)) return 'fault'
  // Only what the printer's own report says may take the hope of paper away again.
  return ['queued', 'sending'].includes(reported) && now - ticket.takenAt > printedBy ? 'fault' : 'coming'
}

export function ticketScreen({ state, person, actions, now }) {
  const { ticket } = person
  const paper = paperState(state, ticket, now)
  const elsewhere = state?.printer?.elsewhere?.[ticket.id]
  const service = state?.centre.services.find((one) => one.id === ticket.service)
  const name = service ? nameOf(service) : ticket.serviceName
  const countdown = el('span', { class: 'countdown muted' })
  const counters = ticket.counters ?? []
  const spelled = ticket.number.split('').join(' ')

  return {
    title: `${t('yourNumber')} ${ticket.number}`,
    speech: t('say.ticket', { number: spelled, ahead: ticket.ahead, counters: counters.join(', ') }),
    ask: paper === 'coming' ? (elsewhere ? [el('div', { class: 'notice', role: 'status' }, icon('printer'), el('div', { class: 'body' },
      el('b', { text: t('paper.elsewhere', { name: elsewhere }) }), t('paper.elsewhere.note')))] : []) : [el('div', { class: 'notice warning', role: 'alert' }, icon('warn'), el('div', { class: 'body' },
      el('b', { text: t(`paper.${paper}`) }), t({ none: 'paper.keep', late: 'paper.late.note' }[paper] ?? 'paper.note')))],
    stageClass: 'stage ticket',
    stage: [
      el('div', { class: 'slip', 'data-say': t('say.ticket', { number: spelled, ahead: ticket.ahead, counters: counters.join(', ') }) },
        el('h2', { text: t('yourNumber') }),
        el('div', { class: `num${ticket.number.length > 4 ? ' longer' : ''}`, text: ticket.number }),
        el('p', { class: 'svc', lang: language() === 'en' && !service?.nameEn ? 'vi' : null }, nameParts(name)),
        service?.sameDay && sameDayNow(state, ticket.takenAt) && el('p', { class: 'mark' }, el('span', { class: 'tag sameday' }, icon('seal'), t('sameDay.day'))),
        el('div', { class: 'facts' },
          fact(ticket.ahead, t('peopleAhead', { n: ticket.ahead })),
          fact(minutes(ticket.estimatedWaitSeconds), t('minutesWait')),
          counters.length > 0 ? fact(counters.join(', '), t('countersCall', { n: counters.length }), counters.length > 3) : fact('–', t('countersUnknown')))),
      el('div', { class: 'follow' },
        el('span', { class: 'qrbox' }, ticket.qr ? el('img', { class: 'qr', src: ticket.qr, alt: t('qr') }) : null),
        el('div', {}, el('b', { text: t('follow') }), t('follow.how'))),
      el('div', { class: 'done' },
        paper === 'coming' ? el('p', { class: 'take' }, icon('down'), t('takeTicket'), icon('down')) : null,
        el('button', { class: 'btn primary', onclick: actions.done }, icon('check'), t(paper === 'coming' ? 'done' : 'written'))),
    ],
    foot: [countdown],
    tick(secondsLeft) {
      if (secondsLeft !== null) countdown.textContent = t(paper === 'coming' ? 'returnsIn' : 'shownFor', { n: secondsLeft })
    },
  }
}

ticketScreen.keyOf = ({ state, person, now }) => `${person.ticket.number} ${paperState(state, person.ticket, now)} ${state?.printer?.elsewhere?.[person.ticket.id] ?? ''}`

function fact(value, words, isSmall = false) {
  return el('div', {}, el('b', { class: isSmall ? 'small' : null, text: value }), el('span', { text: words }))
}

function minutes(seconds) {
  if (!Number.isFinite(seconds)) return '–'
  return seconds < 300 ? t('under5') : String(roundedMinutes(seconds))
}
