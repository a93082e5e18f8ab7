/** What Vite understands beyond TypeScript. */
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>
  export default classes
}
declare module '*.css'
declare module '*.svg?url' {
  const address: string
  export default address
}
