export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** Colours text, or leaves it alone where output is not a terminal. */
export type Paint = (colour: Colour, text: string) => string;

const codes: { readonly [colour in Colour]: readonly [number, number] } = { red: [31, 39], green: [32, 39], yellow: [33, 39], dim: [2, 22], bold: [1, 22] };

/** Choose the painter for an output. */
export function painter(coloured: boolean): Paint {
  return (colour, text) => (coloured ? `\u001b[${codes[colour][0]}m${text}\u001b[${codes[colour][1]}m` : text);
}
