// The drawing is made for 1080×1920 (upright) or 1280×1024 (lying); other screens get it scaled, filled to their edges.

const upright = { width: 1080, height: 1920 }
const lying = { width: 1280, height: 1024 }
const widestLying = 1840   // beyond this the two columns only drift apart

export function fitToScreen(root, onChange) {
  const fit = () => {
    const width = window.innerWidth
    const height = window.innerHeight
    const isWide = width > height
    const design = isWide ? lying : upright
    const scale = Math.min(width / design.width, height / design.height)
    const canvasWidth = isWide ? Math.min(width / scale, widestLying) : width / scale
    root.classList.toggle('wide', isWide)
    root.style.setProperty('width', `${canvasWidth}px`)
    root.style.setProperty('height', `${height / scale}px`)
    root.style.setProperty('left', `${(width - canvasWidth * scale) / 2}px`)
    root.style.setProperty('transform', scale === 1 ? 'none' : `scale(${scale})`)
    onChange()
  }
  fit()
  window.addEventListener('resize', fit)
}

/** Fingers on glass press buttons and do nothing else: no menu, no zoom, no dragging, no selecting. */
export function keepHandsOff() {
  const no = (event) => event.preventDefault()
  for (const name of ['contextmenu', 'selectstart', 'dragstart', 'gesturestart']) document.addEventListener(name, no)
  document.addEventListener('wheel', (event) => { if (event.ctrlKey) no(event) }, { passive: false })
  document.addEventListener('touchmove', (event) => { if (event.touches.length > 1) no(event) }, { passive: false })
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && ['+', '-', '=', '0'].includes(event.key)) no(event)
  })
}
