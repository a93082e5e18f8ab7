/** Names for invented people: employees and customers. */

export const firstNames: readonly string[] = `
Ada Alba Alex Amara Anders Anna Arjun Aylin Ben Bianca Bruno Camille Carlos Chloe Clara Daan Dana
Diego Elena Elif Emil Emma Erik Eva Farah Felix Finn Freya Gabriel Grace Greta Hana Hugo Ida Ines
Iris Ivan Jana Jonas Josie Julia Kai Karim Kira Lars Leila Lena Leo Liam Lina Louis Luca Lucia Maja
Marco Maria Marta Mateo Maya Mia Mila Milo Nadia Nina Noah Nora Olga Oscar Paula Pedro Petra Priya
Rafael Rosa Ruben Ruth Sami Sara Selma Simon Sofia Stella Sven Tara Theo Tom Uma Vera Victor Yara
Yusuf Zoe`
  .trim()
  .split(/\s+/)

export const lastNames: readonly string[] = `
Abbot Adler Almeida Andersen Arnold Bakker Barrett Becker Bennett Berg Bianchi Brandt Brooks Bruno
Calloway Carter Castillo Conti Costa Cruz Dahl Dawson Delacroix Dubois Duran Ekman Ellis Farrell
Ferrari Fischer Flores Fontaine Foster Garcia Gray Gruber Haas Hale Hansen Hayes Herrera Holm Huber
Iversen Jansen Jensen Keller Kowal Kramer Lambert Larsen Leroy Lindgren Lopez Lund Marchetti Martin
Mercer Meyer Moreau Moreno Murphy Navarro Neumann Novak Olsen Ortega Palmer Park Pereira Peters
Quinn Ramos Reyes Ricci Rivera Romano Rossi Santos Schmid Serrano Silva Sloan Steiner Torres Turner
Vance Vega Visser Vogel Wagner Walsh Weber Winter Wolf Young Ziegler`
  .trim()
  .split(/\s+/)

export const streets: readonly string[] = `
Harbour Vale Orchard Mill Bridge Chapel Station Market Garden Church Meadow River Quarry Foundry
Lantern Weaver Cooper Juniper Willow Maple`
  .trim()
  .split(/\s+/)

/** `Jan O'Neil` in an address of e-mail: letters only. */
export function mailName(first: string, last: string): string {
  return `${first}.${last}`.toLowerCase().replace(/[^a-z.]/g, '')
}
