/** Roles as people say them, in the order in which they are offered. */
export const roleNames: Readonly<Record<string, string>> = {
  store_manager: 'Store manager',
  regional_manager: 'Regional manager',
  loss_prevention: 'Loss prevention',
  finance: 'Finance',
  central_it: 'Central IT',
  ai_lead: 'AI lead',
  privacy_officer: 'Privacy officer',
  auditor: 'Auditor',
}

export const sayRole = (role: string) => roleNames[role] ?? role.replaceAll('_', ' ')
