// The counters beside the panel and the people waiting under it. Built once, then only the texts change.

import { el } from '/shared/dom.js'
import { t } from '/shared/words.js'
import { servicesLine } from './view.js'

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function counterCard(number) {
  const parts = {
    ticket: el('span', { class: 'now' }),
    service: el('p', { class: 'svc cut' }),
    name: el('p', { class: 'name cut' }),
    title: el('span', { class: 'cut' }),
    phone: el('span'),
  }
  parts.root = el('li', null,
    el('div', { class: 'head' },
      el('span', { class: 'q' }, el('small', { text: t('counter') }), ' ', number),
      parts.ticket),
    el('div', { class: 'who' }, parts.service, parts.name, el('p', { class: 'job' }, parts.title, ' ', parts.phone)))
  return parts
}

export class CounterCards {
  constructor(list) {
    this.list = list
    this.cards = new Map()
  }

  show(counters, services) {
    const numbers = counters.map((counter) => counter.number)
    if (numbers.join() !== [...this.cards.keys()].join()) {
      this.cards = new Map(numbers.map((number) => [number, counterCard(number)]))
      this.list.replaceChildren(...[...this.cards.values()].map((card) => card.root))
    }
    for (const counter of counters) this.update(this.cards.get(counter.number), counter, services)
  }

  update(card, counter, services) {
    const { ticket, officer } = counter
    const off = counter.state !== 'open' && !ticket
    const called = ticket?.state === 'called'
    setText(card.ticket, ticket?.number ?? t(`state.${counter.state}`))
    card.ticket.dataset.length = ticket ? String(ticket.number).length : 'word'
    card.root.className = called ? 'is-called' : off ? 'is-off' : ''
    setText(card.service, servicesLine(counter.services ?? [], services))
    setText(card.name, officer?.name ?? '')
    setText(card.title, officer?.title ?? '')
    setText(card.phone, officer?.phone ?? '')
  }
}

const inOneRow = 8

export class Waits {
  constructor(list) {
    this.list = list
    this.cells = new Map()
  }

  show(services, states) {
    const queues = services.filter((service) => !service.guidance)
    const key = queues.map((service) => `${service.id} ${service.tinyName}`).join()
    if (key !== this.key) {
      this.key = key
      this.cells = new Map(queues.map((service) => [service.id, el('span', { class: 'num' })]))
      this.list.replaceChildren(...queues.map((service) =>
        el('li', null, this.cells.get(service.id), el('span', { class: 'name cut', text: service.tinyName ?? service.name }))))
      this.list.className = queues.length > inOneRow ? 'two-rows' : ''
      const columns = queues.length > inOneRow ? Math.ceil(queues.length / 2) : Math.max(queues.length, 1)
      this.list.style.setProperty('--columns', columns)
    }
    for (const { id, waiting } of states) {
      const cell = this.cells.get(id)
      if (!cell) continue
      setText(cell, String(waiting))
      cell.classList.toggle('zero', waiting === 0)
    }
  }
}
