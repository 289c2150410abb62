// The printers and devices of the settings. What is changed here holds as soon as it is saved: the daemon follows.

import { el, icon } from '/shared/dom.js'
import { language, t } from '/shared/words.js'
import { plainPath } from './fields.js'
import { freshID, panel, small } from './settings-parts.js'

const kinds = ['keypad', 'scanner', 'rating-box', 'light', 'speaker', 'office-printer']
const without = ['speaker', 'office-printer']   // have no file of their own model

/** `models`: { printer: [{ id, name }], keypad: … } of the files in devices/. */
export function devices(tools, models) {
  const { draft, again } = tools
  draft.printers ??= []
  draft.devices ??= []
  const taken = () => [...draft.printers, ...draft.devices].map((each) => each.id)
  return [
    panel('printers', t('set.printers'), t('set.printers.more'), draft.printers.map((printer, index) => one(tools, 'printers', index, printerFields(tools, printer, index, models))),
      small(t('set.printer.add'), 'printer', () => {
        draft.printers.push({ id: freshID('may-in', taken()), name: t('set.printer.new'), profile: 'generic-80', address: '', terminals: [], standIn: '' })
        again('printers', draft.printers.length - 1)
      })),
    panel('devices', t('set.devices'), t('set.devices.more'), draft.devices.map((device, index) => one(tools, 'devices', index, deviceFields(tools, device, index, models))),
      closingSheet(tools),
      small(t('set.device.add'), 'screen', () => {
        draft.devices.push({ id: freshID('thiet-bi', taken()), kind: 'keypad', name: t('set.device.new'), profile: models.keypad?.[0]?.id ?? '', address: '', counters: [], terminal: '', active: true })
        again('devices', draft.devices.length - 1)
      })),
  ]
}

/** The printer that gets the closing sheet of the journal by itself. One that is gone stays visible, or nobody could take it off. */
function closingSheet({ draft, field }) {
  draft.closingPrinter ??= ''
  const printers = draft.devices.filter((device) => device.kind === 'office-printer').map((device) => [device.id, device.name])
  const lost = draft.closingPrinter && !printers.some(([id]) => id === draft.closingPrinter)
  if (!printers.length && !lost) return null
  return el('div', { class: 'fields' },
    field('closingPrinter', t('set.closingPrinter'), { type: 'select', width: 'w6', options: [['', t('set.closingPrinter.none')], ...printers, ...lost ? [[draft.closingPrinter, draft.closingPrinter]] : []] }),
    el('p', { class: 'muted', text: t('set.closingPrinter.more') }))
}

function one({ draft, again }, list, index, fields) {
  const entry = draft[list][index]
  return el('details', { class: `entry${entry.active === false ? ' off' : ''}`, dataset: { path: `${list}.${index}`, keep: `d-${entry.id}` } },
    el('summary', { class: 'person' }, el('b', { class: 'cut', text: entry.name }), el('span', { class: 'muted cut', text: entry.kind ? t(`set.kind.${entry.kind}`) : entry.address })),
    el('span', { class: 'bad bad-note', role: 'alert' }),
    el('div', { class: 'fields' }, fields),
    el('button', { class: 'btn small quiet', type: 'button', onclick: () => {
      draft[list].splice(index, 1)
      // A printer that is gone stands in for nobody.
      for (const printer of draft.printers) if (list === 'printers' && printer.standIn === entry.id) printer.standIn = ''
      again(list)
    } }, icon('x'), t('set.remove')))
}

// "Vietnamese · English", as names stand in the files; a maker's own name is one for both.
const inWords = (name) => name.split(' · ')[language() === 'vi' ? 0 : 1] ?? name

function models(list, chosen) {
  const known = (list ?? []).map((each) => [each.id, inWords(each.name)])
  return known.some(([id]) => id === chosen) ? known : [[chosen, chosen || '–'], ...known]
}

function printerFields({ draft, field, changed }, printer, index, all) {
  const at = `printers[${index}]`
  return [
    field(`${at}.name`, t('set.printer.name'), { width: 'w4', maxlength: 60 }),
    field(`${at}.profile`, t('set.printer.profile'), { type: 'select', width: 'w4', options: models(all.printer, printer.profile) }),
    field(`${at}.address`, t('set.printer.address'), { width: 'w4', placeholder: 'tcp://192.168.1.50:9100' }),
    listField(`${at}.terminals`, t('set.printer.terminals'), printer.terminals, (text) => text, (value) => { printer.terminals = value; changed() }),
    field(`${at}.standIn`, t('set.printer.standIn'), { type: 'select', width: 'w4', options: [['', t('set.printer.standIn.none')], ...draft.printers.filter((other) => other !== printer).map((other) => [other.id, other.name])] }),
  ]
}

function deviceFields({ field, changed, again }, device, index, all) {
  const at = `devices[${index}]`
  const kind = el('select', { dataset: { path: plainPath(`${at}.kind`) }, onchange: () => {
    device.kind = kind.value
    device.profile = without.includes(device.kind) ? '' : all[device.kind]?.[0]?.id ?? ''
    if (device.kind === 'speaker' && !device.address.startsWith('alsa:')) device.address = 'alsa:default'
    again('devices', index)
  } }, kinds.map((each) => el('option', { value: each, selected: each === device.kind, text: t(`set.kind.${each}`) })))
  const example = { speaker: 'alsa:default', 'office-printer': 'cups:van-phong' }[device.kind] ?? '/dev/motcua/phim-3'
  return [
    field(`${at}.name`, t('set.device.name'), { width: 'w4', maxlength: 60 }),
    el('label', { class: 'field w4' }, el('span', { text: t('set.device.kind') }), kind, el('span', { class: 'bad', role: 'alert' })),
    !without.includes(device.kind) && field(`${at}.profile`, t('set.printer.profile'), { type: 'select', width: 'w4', options: models(all[device.kind], device.profile) }),
    field(`${at}.address`, t('set.printer.address'), { width: 'w4', placeholder: example }),
    !without.includes(device.kind) && listField(`${at}.counters`, t('set.device.counters'), device.counters, Number, (value) => { device.counters = value; changed() }),
    device.kind === 'scanner' && field(`${at}.terminal`, t('set.device.terminal'), { width: 'w4' }),
    field(`${at}.active`, t('set.active'), { type: 'check', width: 'w4' }),
  ]
}

/** Several values in one field, with commas between them. */
function listField(path, label, values, read, take) {
  const input = el('input', { value: values.join(', '), autocomplete: 'off', dataset: { path: plainPath(path) },
    oninput: () => take(input.value.split(/[,\s]+/).filter(Boolean).map(read).filter((value) => value === value)) })
  return el('label', { class: 'field w4' }, el('span', { text: label }), input, el('span', { class: 'bad', role: 'alert' }))
}
