// Service names are long. They may break after " – " and nowhere inside a short part.

import { el } from './dom.js'

const partThatStaysWhole = 30

// Syllables that are one word: a break between them reads wrong from a distance.
const bound = ['tình trạng', 'hôn nhân', 'xác nhận', 'chứng thực', 'hộ tịch', 'đất đai', 'kinh doanh', 'chuyển nhượng', 'thừa kế', 'tặng cho',
  'cấp đổi', 'người có công', 'bảo trợ', 'xã hội', 'đăng ký', 'xây dựng', 'đô thị', 'giáo dục', 'văn hóa', 'y tế', 'cư trú', 'kết quả', 'hướng dẫn']

/** The name with no-break spaces inside words and before each dash. */
export function boundName(name) {
  let text = name.replaceAll(' –', '\u00a0–')
  for (const word of bound) {
    text = text.replace(new RegExp(word, 'giu'), (found) => found.replaceAll(' ', '\u00a0'))
  }
  return text
}

/** The name as a list of nodes to put into an element: parts up to 30 characters stay whole. */
export function nameParts(name) {
  const parts = boundName(name).split('– ').map((part, index, all) => (index < all.length - 1 ? `${part}–` : part))
  return parts.flatMap((part, index) => {
    const node = part.length <= partThatStaysWhole ? el('span', { class: 'seg', text: part }) : part
    return index < parts.length - 1 ? [node, ' '] : [node]
  })
}
