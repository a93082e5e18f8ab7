/** Colours and defaults. Every text colour keeps a contrast of 4.5:1 or more on its ground, in both schemes. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const pine: MantineColorsTuple = [
  '#e7f6f2',
  '#cdeae2',
  '#9bd5c5',
  '#66bfa6',
  '#3cab8b',
  '#1f9c79',
  '#0f8a69',
  '#0b7259',
  '#085c48',
  '#054536',
]

export const theme = createTheme({
  colors: { pine },
  primaryColor: 'pine',
  primaryShade: 7,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '650' },
})

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#555d64',
    '--mantine-color-placeholder': '#666d75',
    '--mantine-color-error': '#b3261e',
  },
  dark: {
    '--mantine-color-anchor': 'var(--mantine-color-pine-4)',
    '--mantine-color-dimmed': '#adb1b5',
    '--mantine-color-placeholder': '#a0a4a8',
    '--mantine-color-error': '#ff9c94',
  },
})
