// The screens are drawn for one size. On another one they are scaled as a whole, so that nothing wraps differently.

export function fitTo(width, height) {
  const fit = () => {
    const scale = Math.min(innerWidth / width, innerHeight / height)
    document.body.style.setProperty('zoom', scale === 1 ? '' : scale)
  }
  addEventListener('resize', fit)
  fit()
}
